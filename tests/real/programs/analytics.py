"""Events, counted and exported, and an error that is counted by itself."""

import asyncio

from victor.agent.coordinators import AnalyticsCoordinator
from victor.agent.orchestrator import AgentOrchestrator
from victor.protocols import AnalyticsEvent


class Printed:
    exporter_type = "printed"

    async def export(self, events):
        print([(event.type, event.data) for event in events if event.type == "visit"])


class Broken:
    def export(self, events):
        raise OSError("disk full")


async def main():
    orch = AgentOrchestrator(_analytics_coordinator=AnalyticsCoordinator(exporters=[Broken(), Printed()]))
    for page in ["home", "cart"]:
        event = AnalyticsEvent(type="visit", data={"page": page})
        await orch._analytics_coordinator.track_event(session_id=orch.session_id, event=event)
    result = await orch._analytics_coordinator.export_analytics(session_id=orch.session_id)
    print(
        result.success,
        result.exporter_type,
        result.records_exported,
        result.error_message,
    )
    print((await orch.analytics_coordinator.get_session_stats(orch.session_id))["by_type"])
    orch._metrics_coordinator.track_error("tool", ValueError("no"))
    print(orch._metrics_coordinator.get_metrics()["errors"])


asyncio.run(main())

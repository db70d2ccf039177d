# coding: latin-1
from victor.agent import AgentOrchestrator

orch = AgentOrchestrator()
print("é", orch._model)

//! The coordinator runtime as somebody would use it in Rust tests of their own: conversations, tools, streams, hooks.

use std::rc::Rc;

use victor_migrate::runtime::data::{COMPLETION_RESPONSE, Data};
use victor_migrate::runtime::orchestrator::Orchestrator;
use victor_migrate::runtime::{Arguments, Closures, Declared, Flow, Observation, Raised, Value, World, finish};

struct Setup {
    host: Rc<Closures>,
    world: Rc<World>,
}

impl Setup {
    fn new() -> Self {
        let host = Rc::new(Closures::default());
        let world = World::new(host.clone());
        Setup { host, world }
    }

    fn orchestrator(&self, arguments: Arguments) -> Rc<Orchestrator> {
        Orchestrator::construct(&self.world, arguments).expect("an orchestrator")
    }

    /// A provider that answers from a script.
    fn provider(&self, script: Vec<Result<Value, Raised>>) -> Value {
        let script = std::cell::RefCell::new(std::collections::VecDeque::from(script));
        self.host.with_method("chat", move |_| script.borrow_mut().pop_front().unwrap_or_else(|| Ok(Value::from("nothing more"))))
    }

    fn call(&self, object: &Value, method: &str, arguments: Arguments) -> Result<Value, Raised> {
        let Value::Object(object) = object else { panic!("no object: {object:?}") };
        match Rc::clone(&object.0).call(&self.world, method, arguments) {
            Some(Flow::Done(answer)) => answer,
            Some(Flow::Coroutine(waiting)) => finish(waiting),
            None => panic!("no method {method}"),
        }
    }

    fn part(&self, orchestrator: &Rc<Orchestrator>, name: &str) -> Value {
        Rc::clone(orchestrator).get(&self.world, name).unwrap_or_else(|| panic!("no attribute {name}")).expect("a value")
    }

    fn chat(&self, orchestrator: &Rc<Orchestrator>, text: &str, session: Option<&str>) -> Result<String, Raised> {
        let waiting = Rc::clone(orchestrator).chat(Rc::clone(&self.world), Some(Value::from(text)), None, session.map(str::to_owned));
        finish(waiting).map(|answer| answer.content())
    }

    fn requests(&self) -> usize {
        self.world.record().iter().filter(|seen| matches!(seen, Observation::Request { .. })).count()
    }
}

fn wants(tool: &str) -> Value {
    let call = Value::dict([("name", Value::from(tool)), ("arguments", Value::dict([("city", Value::from("Rome"))]))]);
    Value::from(Data::of(&COMPLETION_RESPONSE, [("content", "".into()), ("tool_calls", Value::List(vec![call]))]))
}

fn roles(messages: &[Value]) -> Vec<&str> {
    messages.iter().filter_map(|message| message.key("role")?.text()).collect()
}

#[test]
fn tools_run_until_the_answer_asks_for_none() {
    let setup = Setup::new();
    let weather = setup.host.function(|arguments| Ok(Value::from(format!("sunny in {}", arguments.named[0].1.text().unwrap_or_default()))));
    let provider = setup.provider(vec![Ok(wants("weather")), Ok(wants("unknown")), Ok("Take a hat.".into())]);
    let tools = Value::dict([("weather", weather)]);
    let orchestrator = setup.orchestrator(Arguments::default().with("provider", provider).with("tools", tools));
    assert_eq!(setup.chat(&orchestrator, "Rome?", None).as_deref(), Ok("Take a hat."));
    let messages = orchestrator.core().messages(&orchestrator.session_id());
    assert_eq!(roles(&messages), ["user", "assistant", "tool", "assistant", "tool", "assistant"]);
    assert_eq!(messages[2].key("content"), Some(&"sunny in Rome".into()));
    assert_eq!(messages[4].key("content"), Some(&"unknown tool 'unknown'".into()));
    assert_eq!(setup.requests(), 3);
}

#[test]
fn a_provider_that_always_wants_tools_is_stopped() {
    let setup = Setup::new();
    let provider = setup.provider((0..50).map(|_| Ok(wants("weather"))).collect());
    let orchestrator = setup.orchestrator(Arguments::default().with("provider", provider));
    let error = setup.chat(&orchestrator, "Rome?", None).expect_err("stopped");
    assert_eq!((error.class.as_str(), setup.requests()), ("RuntimeError", 10));
}

#[test]
fn sessions_share_nothing() {
    let setup = Setup::new();
    let orchestrator = setup.orchestrator(Arguments::default());
    for (text, session) in [("one", Some("a")), ("two", Some("b")), ("three", None)] {
        assert_eq!(setup.chat(&orchestrator, text, session), Ok(format!("You said: {text}")));
    }
    let core = orchestrator.core();
    assert_eq!((core.messages("a").len(), core.messages("b").len(), core.messages(core.session_id()).len()), (2, 2, 2));
    assert!(!core.messages("a").contains(&core.messages("b")[0]));
}

#[test]
fn an_error_of_the_provider_is_counted_once_and_goes_on_to_the_caller() {
    let setup = Setup::new();
    let provider = setup.provider(vec![Err(Raised::new("TimeoutError", "too slow"))]);
    let orchestrator = setup.orchestrator(Arguments::default().with("provider", provider));
    assert_eq!(setup.chat(&orchestrator, "Hello", None).map_err(|error| error.class), Err("TimeoutError".to_owned()));
    let counted = |seen: &Observation| matches!(seen, Observation::Counted { message, .. } if message == "too slow");
    assert_eq!(setup.world.record().iter().filter(|seen| counted(seen)).count(), 1);
    orchestrator.core().counts_errors.set(false);
    let provider = setup.provider(vec![Err(Raised::new("TimeoutError", "too slow"))]);
    *orchestrator.core().provider.borrow_mut() = provider;
    assert!(setup.chat(&orchestrator, "Hello", None).is_err());
    assert_eq!(setup.world.record().iter().filter(|seen| counted(seen)).count(), 1, "the legacy surface counts only what it is told");
}

#[test]
fn a_stream_keeps_what_was_delivered() {
    let setup = Setup::new();
    let orchestrator = setup.orchestrator(Arguments::default());
    let stream = Value::from(orchestrator.stream_chat(&setup.world, Value::from("a b"), None).expect("a stream"));
    assert_eq!(setup.requests(), 0, "nothing is asked before the first piece is taken");
    let piece = setup.call(&stream, "next_chunk", Arguments::default()).expect("a piece");
    assert_eq!(setup.world.read(&piece, "content"), Ok(Some("You ".into())));
    setup.call(&stream, "close", Arguments::default()).expect("closed");
    assert_eq!(setup.call(&stream, "next_chunk", Arguments::default()), Ok(Value::None));
    let messages = orchestrator.core().messages(&orchestrator.session_id());
    assert_eq!(messages[1].key("content"), Some(&"You ".into()));
}

#[test]
fn legacy_internals_and_coordinators_see_the_same_state() {
    let setup = Setup::new();
    let orchestrator = setup.orchestrator(Arguments::default());
    setup.chat(&orchestrator, "Hello", None).expect("an answer");
    let manager = setup.part(&orchestrator, "_context_manager");
    let context = setup.call(&setup.part(&orchestrator, "_context_coordinator"), "get_context", Arguments::default()).expect("a context");
    let old = setup.call(&manager, "get_messages", Arguments::default()).expect("messages");
    assert_eq!(setup.world.read(&context, "messages"), Ok(Some(old)));
    let config = setup.part(&orchestrator, "_config");
    assert_eq!(setup.world.read(&config, "temperature"), Ok(Some(Value::Float(0.7))));
    let merged = setup.call(&setup.part(&orchestrator, "config_coordinator"), "get_config", Arguments::default()).expect("a dict");
    assert_eq!(merged.key("temperature"), Some(&Value::Float(0.7)));
}

#[test]
fn both_ways_of_tracking_and_switching_leave_the_same_record() {
    let record = |legacy: bool| {
        let setup = Setup::new();
        let orchestrator = setup.orchestrator(Arguments::default());
        let provider = setup.provider(vec![Ok("from the new one".into())]);
        if legacy {
            let analytics = setup.part(&orchestrator, "_usage_analytics");
            setup.call(&analytics, "track_event", Arguments::of([Value::from("visit")])).expect("tracked");
            Rc::clone(&orchestrator).set(&setup.world, "_provider", provider).expect("an attribute").expect("assigned");
            Rc::clone(&orchestrator).set(&setup.world, "_model", "large".into()).expect("an attribute").expect("assigned");
        } else {
            let event = Value::dict([("type", Value::from("visit"))]);
            let arguments = Arguments::default().with("session_id", orchestrator.session_id()).with("event", event);
            setup.call(&setup.part(&orchestrator, "analytics_coordinator"), "track_event", arguments).expect("tracked");
            let arguments = Arguments::default().with("provider", provider).with("model", "large");
            setup.call(&Value::from(Rc::clone(&orchestrator)), "switch_provider", arguments).expect("switched");
        }
        assert_eq!(setup.chat(&orchestrator, "Hello", None).as_deref(), Ok("from the new one"));
        let record = setup.world.record();
        record.iter().filter(|seen| seen.is_compared()).cloned().collect::<Vec<_>>()
    };
    assert_eq!(record(true), record(false));
    assert!(record(true).len() >= 3);
}

#[test]
fn parts_of_the_users_own_take_the_place_of_legacy_ones() {
    let setup = Setup::new();
    let orchestrator = setup.orchestrator(Arguments::default());
    let builder = setup.host.with_method("build", |_| Ok("Be brief.".into()));
    Rc::clone(&orchestrator).set(&setup.world, "_prompt_builder", builder.clone()).expect("an attribute").expect("assigned");
    setup.chat(&orchestrator, "Hello", None).expect("an answer");
    let sent = setup.world.record().iter().find_map(|seen| match seen {
        Observation::Request { messages, .. } => messages.first().cloned(),
        _ => None,
    });
    assert_eq!(sent.as_ref().and_then(|message| message.key("content")), Some(&"Be brief.".into()));
    assert_eq!(setup.part(&orchestrator, "_prompt_builder"), builder);
}

#[test]
fn a_long_conversation_is_compacted_before_it_is_sent() {
    let setup = Setup::new();
    let orchestrator = setup.orchestrator(Arguments::default());
    let text = "x".repeat(4000);
    for _ in 0..12 {
        setup.chat(&orchestrator, &text, None).expect("an answer");
    }
    assert!(setup.world.record().iter().any(|seen| matches!(seen, Observation::Replaced { .. })));
    let longest =
        setup.world.record().iter().map(|seen| if let Observation::Request { messages, .. } = seen { messages.len() } else { 0 }).max();
    assert!(longest.is_some_and(|longest| longest <= 11), "{longest:?}");
}

#[test]
fn a_wrong_call_raises_what_python_would() {
    let setup = Setup::new();
    let orchestrator = Value::from(setup.orchestrator(Arguments::default()));
    let error = |arguments: Arguments| setup.call(&orchestrator, "chat", arguments).expect_err("refused").message;
    assert_eq!(error(Arguments::of([Value::Int(7)])), "chat() takes a text or a list of messages, not int");
    assert_eq!(error(Arguments::default().with("messages", Value::Int(7))), "AgentOrchestrator.chat() argument 'messages' must be list");
    assert_eq!(error(Arguments::default().with("txt", "Hi")), "AgentOrchestrator.chat() got an unexpected keyword argument 'txt'");
    assert!(Orchestrator::construct(&setup.world, Arguments::default().with("colour", "red")).is_err());
}

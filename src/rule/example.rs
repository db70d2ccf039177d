//! The guide's Examples by number, and their names for people.

/// The Examples in the order of a report: 1–10, the common patterns (11), the rest (0).
pub const EXAMPLES: [u8; 12] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0];

/// What the guide calls an Example; 11 and 0 are those of [`EXAMPLES`].
pub fn example_title(example: u8) -> &'static str {
    match example {
        1 => "Basic chat",
        2 => "Custom configuration",
        3 => "Context management",
        4 => "Analytics tracking",
        5 => "Tool execution",
        6 => "Provider switching",
        7 => "Streaming",
        8 => "Error handling",
        9 => "Session management",
        10 => "Advanced customization",
        11 => "Common patterns",
        _ => "Other internals",
    }
}

/// `Example 2`, or the name of what is no Example of the guide.
pub fn example_name(example: u8) -> String {
    match example {
        1..=10 => format!("Example {example}"),
        _ => example_title(example).to_owned(),
    }
}

//! Readers of events: the terminal and JSON lines. The only place that prints.

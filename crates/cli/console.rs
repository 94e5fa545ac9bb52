//! What goes to the terminal: results to standard output, progress to standard error.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Writes a line to standard output, or says why it could not: `println!` would panic where the reader has gone (`| head`).
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let mut words = format!($($words)*);
        words.push('\n');
        // All at once, so that whoever reads has all of it or nothing.
        std::io::stdout().lock().write_all(words.as_bytes()).map_err(anyhow::Error::from)
    }};
}
pub(crate) use say;

/// Says whether an error is only that the reader of standard output has gone.
pub(crate) fn reader_has_gone(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}

/// A line that shows what is being done. It draws nothing where standard error is not a terminal.
pub(crate) struct Console {
    bar: ProgressBar,
}

impl Console {
    /// Starts the line.
    pub(crate) fn start() -> Self {
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar }
    }

    /// Shows a task, and how much of it is done where that is known.
    pub(crate) fn show(&self, task: &str, done: u64, total: u64) {
        if total > 0 {
            self.bar.set_length(total);
            self.bar.set_position(done.min(total));
            if let Ok(style) =
                ProgressStyle::with_template("{spinner} {msg} {wide_bar} {percent:>3}%")
            {
                self.bar.set_style(style);
            }
        } else {
            self.bar.set_style(ProgressStyle::default_spinner());
        }
        if self.bar.message() != task {
            self.bar.set_message(task.to_owned());
        }
    }

    /// Takes the line away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

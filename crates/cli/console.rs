//! Progress on the terminal. Everything here goes to standard error, so that standard output holds results alone.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

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
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {wide_bar} {percent:>3}%") {
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

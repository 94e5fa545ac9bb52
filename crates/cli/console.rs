//! What goes to the terminal: results to standard output, progress to standard error.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
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

/// Whether standard output, a pipe or a device holds the beginning of an answer and not its end.
static HALF_SHOWN: AtomicBool = AtomicBool::new(false);

/// Notes that an answer was begun where nothing can be taken back, or that all of it is there.
pub(crate) fn half_shown(is: bool) {
    HALF_SHOWN.store(is, Ordering::SeqCst);
}

/// Returns what must be said where an answer was begun that will not be ended.
pub(crate) fn not_whole() -> Option<&'static str> {
    HALF_SHOWN.load(Ordering::SeqCst).then_some(
        "what was written until then is not whole: its end is missing. An ordinary file named with -o is there whole or not at all",
    )
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

    /// Says a sentence on standard error, above the line.
    pub(crate) fn say(&self, sentence: &str) {
        // The line itself is silent where standard error is not a terminal.
        self.bar.suspend(|| eprintln!("{sentence}"));
    }

    /// Takes the line away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// While it lives, Ctrl-C and a request to end take away what is half written and end the process.
///
/// A thread of its own waits for them: the readers of files need not ask again and again whether they are to stop, and are left in the
/// middle of whatever they do. What they did until then is in temporary files, which
/// [`abandon`](catchment_import::abandon) knows.
pub(crate) struct Interruptible {
    end: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Interruptible {
    /// Starts to wait.
    pub(crate) fn start() -> Self {
        let (end, ended) = tokio::sync::oneshot::channel();
        let (ready, is_ready) = std::sync::mpsc::channel();
        let wait = move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .build()
            else {
                // Then the system ends the process as it always does, and the next build clears up.
                return;
            };
            let code = runtime.block_on(async {
                let signal = Signals::start().ok()?;
                let _ = ready.send(());
                tokio::select! {
                    code = signal.next() => Some(code),
                    _ = ended => None,
                }
            });
            if let Some(code) = code {
                catchment_import::abandon();
                if std::io::stderr().is_terminal() {
                    // Over the line that shows what is being done.
                    eprint!("\r\x1b[2K");
                }
                let left =
                    not_whole().unwrap_or("no file is half written, and what was built is whole");
                eprintln!("ended on request; {left}");
                std::process::exit(code);
            }
        };
        let thread = thread::Builder::new().spawn(wait).ok();
        // From here on a signal is met; an error only says that the thread has gone.
        let _ = is_ready.recv();
        Self {
            end: Some(end),
            thread,
        }
    }
}

impl Drop for Interruptible {
    fn drop(&mut self) {
        if let Some(end) = self.end.take() {
            let _ = end.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The signals that ask a program to end.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn start() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for one and returns the exit status that shells know it by.
    async fn next(mut self) -> i32 {
        tokio::select! {
            _ = self.interrupt.recv() => 130,
            _ = self.terminate.recv() => 143,
            _ = self.hangup.recv() => 129,
        }
    }
}

/// The signals that ask a program to end.
#[cfg(not(unix))]
struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
}

#[cfg(not(unix))]
impl Signals {
    fn start() -> io::Result<Self> {
        let interrupt = tokio::signal::windows::ctrl_c()?;
        Ok(Self { interrupt })
    }

    /// Waits for one and returns the exit status that shells know it by.
    async fn next(mut self) -> i32 {
        self.interrupt.recv().await;
        130
    }
}

//! Ctrl-C, heard from one moment on and never lost.
//!
//! Deliberately absent: what a press means; that depends on how far the command is.

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Every press since [`CtrlC::listen`], one after another.
pub(super) struct CtrlC(UnboundedReceiver<()>);

impl CtrlC {
    /// Once anybody listens, Ctrl-C no longer ends the process by itself, so whoever listens has to go on asking.
    pub(super) fn listen() -> CtrlC {
        let (sender, receiver) = unbounded_channel();
        tokio::spawn(
            async move { while tokio::signal::ctrl_c().await.is_ok() && sender.send(()).is_ok() {} },
        );
        CtrlC(receiver)
    }

    /// Resolves at the next press, or at one that was not asked about yet.
    pub(super) async fn pressed(&mut self) {
        if self.0.recv().await.is_none() {
            // This machine has no Ctrl-C to hear.
            std::future::pending().await
        }
    }
}

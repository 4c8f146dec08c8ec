//! Ctrl-C, heard from one moment on and never lost.
//!
//! Deliberately absent: what a press means; that depends on how far the command is.

use futures_util::FutureExt as _;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Every press since [`CtrlC::listen`], one after another.
pub(super) struct CtrlC(UnboundedReceiver<()>);

impl CtrlC {
    /// Once anybody listens, Ctrl-C no longer ends the process by itself, so whoever listens has to go on asking.
    pub(super) fn listen() -> CtrlC {
        let (sender, receiver) = unbounded_channel();
        let mut first = Box::pin(tokio::signal::ctrl_c());
        // It is heard from the first time that it is asked about, which is now and not when the task has its turn.
        let pressed = first.as_mut().now_or_never();
        tokio::spawn(async move {
            let mut pressed = match pressed {
                Some(pressed) => pressed,
                None => first.await,
            };
            while pressed.is_ok() && sender.send(()).is_ok() {
                pressed = tokio::signal::ctrl_c().await;
            }
        });
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

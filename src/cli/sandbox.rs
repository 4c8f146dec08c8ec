//! `hubroster sandbox serve`: the simulated portal by itself, for any HubSpot client.

use crate::sandbox::{Options, Sandbox};

use super::arguments::Serve;
use super::connection::read_seed;
use super::exit::{Error, Exit};
use super::output;

pub(super) async fn serve(arguments: &Serve) -> Result<Exit, Error> {
    if !arguments.listen.ip().is_loopback() {
        let message = format!(
            "the simulated portal takes any token, so it listens on loopback only; `{}` is not",
            arguments.listen.ip()
        );
        return Err(Error::Usage(message));
    }
    let kept = arguments.state.as_ref().filter(|state| state.exists());
    let seed = read_seed(kept.unwrap_or(&arguments.seed))?;
    let options = Options { state: arguments.state.clone(), log: arguments.log.clone() };
    let running = Sandbox::start(arguments.listen, seed, options).await?;
    output::result(&format!("listening on {}\n", running.url()))?;
    output::remark("stop with Ctrl-C\n");
    // Being stopped is how this command ends.
    let _ = tokio::signal::ctrl_c().await;
    running.stop().await;
    Ok(Exit::Done)
}

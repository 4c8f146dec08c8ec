//! The simulated portal: HubSpot's API over real HTTP, with state, behaviour, tiers and limits.

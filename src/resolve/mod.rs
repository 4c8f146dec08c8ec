//! Desired state and snapshot → people with ids; what is unmanaged adopts the live value.

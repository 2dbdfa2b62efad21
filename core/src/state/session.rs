//! Sessions and their lifetime (PROTOCOL.md, section "Sessions").

use crate::limits::Limits;
use crate::time::Timestamp;

/// What a successful `auth` opened.
#[derive(Clone, Debug)]
pub struct Session {
    /// When it was opened.
    pub opened: Timestamp,
    /// When it was last used: soft state, which a restart may set back to `recorded_use`.
    pub last_used: Timestamp,
    /// The last use that was made durable.
    pub recorded_use: Timestamp,
    /// Open connections that it is attached to: soft state.
    pub attached: u32,
}

impl Session {
    pub(super) fn opened(at: Timestamp) -> Self {
        Self {
            opened: at,
            last_used: at,
            recorded_use: at,
            attached: 0,
        }
    }

    /// Whether the session has died neither of being unused nor of age.
    pub fn is_live(&self, now: Timestamp, limits: &Limits) -> bool {
        now < self.dies(limits)
    }

    /// When it dies if it is not used again.
    pub fn dies(&self, limits: &Limits) -> Timestamp {
        let idle = self.last_used.0.saturating_add(limits.session_idle);
        let age = self.opened.0.saturating_add(limits.session_lifetime);
        Timestamp(idle.min(age))
    }

    /// Until when it makes its user count as online, should it not be used again; `None` when
    /// it does not do so now.
    pub(super) fn online_until(&self, now: Timestamp, limits: &Limits) -> Option<Timestamp> {
        let window = Timestamp(self.last_used.0.saturating_add(limits.presence_window));
        let until = match self.attached {
            0 => self.dies(limits).min(window),
            _ => self.dies(limits),
        };
        (now < until).then_some(until)
    }
}

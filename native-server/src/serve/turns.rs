//! Who is next to have a password checked, where only a few may be at a time. Addresses take turns, whoever comes how often from
//! one; and where no more may wait, those from the address with the most are the first to be sent away. So nobody who is alone
//! waits behind a crowd.
//!
//! Whether somebody is looked at can depend on what becomes of others who are being looked at (`attempts.rs`). Such a one goes on
//! waiting, and the turn is for the next: a turn is held by those whose password is being checked and by nobody else.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::attempts::{Attempts, TooMany, Who};

/// How many of one address are looked at for one whose turn it can be: a crowd that waits for its neighbours must not take
/// time from others whenever a check is over. Each of these waits for a check that is under way, so those behind them move on.
const LOOK_AHEAD: usize = 16;

/// Turns that are taken and waited for.
#[derive(Debug)]
pub(super) struct Turns {
    at_a_time: usize,
    most_waiting: u64,
    /// Locked while `state` is, never the other way round.
    attempts: Attempts,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    running: usize,
    waiting: u64,
    /// The shares of addresses from which somebody waits, the next one in front.
    order: VecDeque<IpAddr>,
    shares: HashMap<IpAddr, VecDeque<Waiter>>,
    next_number: u64,
}

#[derive(Debug)]
struct Waiter {
    number: u64,
    who: Who,
    offer: oneshot::Sender<Result<Offer, TooMany>>,
}

/// Leave to work, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn(Arc<Turns>);

/// One attempt that is under way. It failed unless somebody says otherwise, also when its client
/// does not wait for the answer.
#[derive(Debug)]
pub(super) struct Attempt {
    turns: Arc<Turns>,
    who: Who,
    has_failed: bool,
}

/// Why there is no turn.
#[derive(Debug)]
pub(super) enum Refused {
    /// Too many wait.
    Busy,
    TooMany(TooMany),
}

impl Turns {
    pub(super) fn new(at_a_time: usize, most_waiting: u64, attempts: Attempts) -> Arc<Self> {
        Arc::new(Self {
            at_a_time,
            most_waiting,
            attempts,
            state: Mutex::default(),
        })
    }

    /// Waits until it is their turn and they are known to be none too many.
    pub(super) async fn wait(self: &Arc<Self>, who: Who) -> Result<(Turn, Attempt), Refused> {
        let (place, offer) = {
            let mut state = self.lock();
            // Before they take a place among those who wait. They are looked at again when they have had their turn.
            self.attempts.look(&who).map_err(Refused::TooMany)?;
            if state.running < self.at_a_time
                && self.attempts.begin(&who).map_err(Refused::TooMany)?
            {
                state.running += 1;
                drop(state);
                return Ok(Offer::new(self, who).take());
            }
            let share = who.share();
            if state.waiting >= self.most_waiting && !state.send_one_away_for(share) {
                return Err(Refused::Busy);
            }
            let (sender, offer) = oneshot::channel();
            let number = state.join(who, sender);
            let place = Place {
                turns: self,
                share,
                number,
            };
            (place, offer)
        };
        let offer = offer.await;
        drop(place);
        match offer {
            Ok(Ok(offer)) => Ok(offer.take()),
            Ok(Err(too_many)) => Err(Refused::TooMany(too_many)),
            Err(_) => Err(Refused::Busy),
        }
    }

    /// How many wait, and how many are under way.
    pub(super) fn counts(&self) -> (u64, u64) {
        let state = self.lock();
        (state.waiting, state.running as u64)
    }

    /// Gives the turns that are free to those whose turn it is. Whatever can make it somebody's turn ends with this: that a turn
    /// is over, and that an attempt is.
    fn hand_out(self: &Arc<Self>, mut state: MutexGuard<'_, State>) {
        while state.running < self.at_a_time
            && let Some((waiter, leave)) = state.next(&self.attempts)
        {
            let offer = leave.map(|()| Offer::new(self, waiter.who));
            state.running += usize::from(offer.is_ok());
            if let Err(Ok(not_taken)) = waiter.offer.send(offer) {
                // It has just left.
                not_taken.give_back(&mut state);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn join(&mut self, who: Who, offer: oneshot::Sender<Result<Offer, TooMany>>) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        self.waiting += 1;
        let share = who.share();
        let waiters = self.shares.entry(share).or_default();
        if waiters.is_empty() {
            self.order.push_back(share);
        }
        waiters.push_back(Waiter { number, who, offer });
        number
    }

    /// Takes out the next one whose turn it can be, and begins that attempt; or the next one who is too many by now, with that.
    fn next(&mut self, attempts: &Attempts) -> Option<(Waiter, Result<(), TooMany>)> {
        for place in 0..self.order.len() {
            let share = self.order[place];
            let waiters = self.shares.get_mut(&share)?;
            for number in 0..waiters.len().min(LOOK_AHEAD) {
                let leave = match attempts.begin(&waiters[number].who) {
                    Ok(false) => continue,
                    Ok(true) => Ok(()),
                    Err(too_many) => Err(too_many),
                };
                let waiter = waiters.remove(number)?;
                self.waiting -= 1;
                let is_last = waiters.is_empty();
                if is_last {
                    self.shares.remove(&share);
                }
                if is_last || leave.is_ok() {
                    self.order.remove(place);
                }
                if !is_last && leave.is_ok() {
                    self.order.push_back(share);
                }
                return Some((waiter, leave));
            }
        }
        None
    }

    /// Makes room for one more from this share, if another has at least two more who wait. Who came last goes first.
    fn send_one_away_for(&mut self, share: IpAddr) -> bool {
        let own = self.shares.get(&share).map_or(0, VecDeque::len);
        let largest = self.shares.values_mut().max_by_key(|waiters| waiters.len());
        match largest {
            Some(waiters) if waiters.len() > own + 1 => {
                waiters.pop_back();
                self.waiting -= 1;
                true
            }
            _ => false,
        }
    }

    fn leave(&mut self, share: IpAddr, number: u64) {
        let Some(waiters) = self.shares.get_mut(&share) else {
            return;
        };
        let before = waiters.len();
        waiters.retain(|waiter| waiter.number != number);
        self.waiting -= (before - waiters.len()) as u64;
        if waiters.is_empty() {
            self.shares.remove(&share);
            self.order.retain(|other| *other != share);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.running -= 1;
        self.0.hand_out(state);
    }
}

impl Attempt {
    /// It was no guess that went wrong.
    pub(super) fn forgive(mut self) {
        self.has_failed = false;
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.turns.attempts.end(&self.who, self.has_failed);
        self.turns.hand_out(self.turns.lock());
    }
}

/// A turn and an attempt on their way to who waited for them. What nobody takes was no guess.
#[derive(Debug)]
struct Offer(Option<(Arc<Turns>, Who)>);

impl Offer {
    fn new(turns: &Arc<Turns>, who: Who) -> Self {
        Self(Some((turns.clone(), who)))
    }

    fn take(mut self) -> (Turn, Attempt) {
        let (turns, who) = self.0.take().expect("it is given away once");
        let attempt = Attempt {
            turns: turns.clone(),
            who,
            has_failed: true,
        };
        (Turn(turns), attempt)
    }

    fn give_back(mut self, state: &mut State) {
        if let Some((turns, who)) = self.0.take() {
            turns.attempts.end(&who, false);
            state.running -= 1;
        }
    }
}

impl Drop for Offer {
    fn drop(&mut self) {
        if let Some((turns, who)) = self.0.take() {
            turns.attempts.end(&who, false);
            let mut state = turns.lock();
            state.running -= 1;
            turns.hand_out(state);
        }
    }
}

/// Given back by whoever does not wait any longer.
struct Place<'a> {
    turns: &'a Turns,
    share: IpAddr,
    number: u64,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.turns.lock().leave(self.share, self.number);
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use chatting_time_core::Username;

    use super::*;

    type Turned = Result<(Turn, Attempt), Refused>;
    type Waiting = Pin<Box<dyn Future<Output = Turned>>>;

    fn without_bounds(at_a_time: usize, most_waiting: u64) -> Arc<Turns> {
        Turns::new(at_a_time, most_waiting, Attempts::new(0, 0))
    }

    fn who(last: u8) -> Who {
        Who::new([127, 0, 0, last].into(), None)
    }

    fn user(username: &str) -> Who {
        Who::new([127, 0, 0, 1].into(), Username::parse(username).as_ref())
    }

    fn wait(turns: &Arc<Turns>, who: Who) -> Waiting {
        let turns = turns.clone();
        Box::pin(async move { turns.wait(who).await })
    }

    /// Polls it once.
    async fn now(waiting: &mut Waiting) -> Option<Turned> {
        tokio::select! {
            biased;
            turn = waiting => Some(turn),
            () = async {} => None,
        }
    }

    async fn begin(turns: &Arc<Turns>, who: Who) -> Waiting {
        let mut waiting = wait(turns, who);
        assert!(now(&mut waiting).await.is_none());
        waiting
    }

    #[tokio::test]
    async fn addresses_take_turns_however_many_wait_at_one() {
        let turns = without_bounds(1, 100);
        let first = turns.wait(who(1)).await.unwrap();
        let mut crowd = Vec::new();
        for _ in 0..50 {
            crowd.push(begin(&turns, who(1)).await);
        }
        let mut alone = begin(&turns, who(2)).await;
        assert_eq!(turns.counts(), (51, 1));
        drop(first);
        let second = now(&mut crowd[0]).await.unwrap().unwrap();
        assert!(now(&mut alone).await.is_none());
        drop(second);
        let third = now(&mut alone).await.unwrap().unwrap();
        assert!(now(&mut crowd[1]).await.is_none());
        drop(third);
        assert!(now(&mut crowd[1]).await.unwrap().is_ok());
    }

    #[tokio::test]
    async fn where_no_more_may_wait_the_crowd_makes_room() {
        let turns = without_bounds(1, 3);
        let _running = turns.wait(who(1)).await.unwrap();
        let mut crowd = Vec::new();
        for _ in 0..3 {
            crowd.push(begin(&turns, who(1)).await);
        }
        assert!(turns.wait(who(1)).await.is_err());
        let mut alone = begin(&turns, who(2)).await;
        let sent_away = now(&mut crowd[2]).await.unwrap();
        assert!(matches!(sent_away, Err(Refused::Busy)));
        assert!(now(&mut crowd[1]).await.is_none());
        assert!(now(&mut alone).await.is_none());
        // Two and one: nobody else is sent away for a second one, or for the crowd.
        assert!(turns.wait(who(2)).await.is_err());
        assert!(turns.wait(who(1)).await.is_err());
        assert_eq!(turns.counts(), (3, 1));
    }

    #[tokio::test]
    async fn who_leaves_gives_up_the_place_and_a_turn_that_came_too_late() {
        let turns = Turns::new(1, 2, Attempts::new(1, 0));
        let running = turns.wait(who(1)).await.unwrap();
        let left = begin(&turns, who(2)).await;
        let mut other = begin(&turns, who(2)).await;
        drop(left);
        assert_eq!(turns.counts(), (1, 1));
        drop(running);
        // The turn is on its way to one who never takes it.
        assert_eq!(turns.counts(), (0, 1));
        assert!(turns.lock().shares.is_empty() && turns.lock().order.is_empty());
        let late = begin(&turns, who(2)).await;
        let (turn, attempt) = now(&mut other).await.unwrap().unwrap();
        attempt.forgive();
        drop(turn);
        drop(late);
        assert_eq!(turns.counts(), (0, 0));
        // What was never begun has not failed.
        assert!(turns.wait(who(2)).await.is_ok());
    }

    #[tokio::test]
    async fn who_waits_for_neighbours_holds_no_turn_that_another_can_use() {
        let turns = Turns::new(2, 100, Attempts::new(0, 1));
        let (turn, attempt) = turns.wait(user("messi")).await.unwrap();
        let mut neighbour = begin(&turns, user("messi")).await;
        assert_eq!(turns.counts(), (1, 1));
        let elsewhere = now(&mut wait(&turns, who(2))).await.unwrap().unwrap();
        let mut at_the_same_address = begin(&turns, user("lineker")).await;
        drop(elsewhere);
        let passed = now(&mut at_the_same_address).await.unwrap().unwrap();
        // That the check is over says nothing yet about what came of it.
        drop(turn);
        assert!(now(&mut neighbour).await.is_none());
        attempt.forgive();
        assert!(now(&mut neighbour).await.unwrap().is_ok());
        drop(passed);
    }

    #[tokio::test]
    async fn who_waits_for_neighbours_is_refused_when_they_have_failed() {
        let turns = Turns::new(2, 100, Attempts::new(1, 0));
        let failed = turns.wait(user("messi")).await.unwrap();
        let mut crowd = Vec::new();
        for _ in 0..2 * LOOK_AHEAD {
            crowd.push(begin(&turns, user("lineker")).await);
        }
        drop(failed);
        for mut waiting in crowd {
            let refused = now(&mut waiting).await.unwrap();
            assert!(matches!(refused, Err(Refused::TooMany(_))));
        }
        assert_eq!(turns.counts(), (0, 0));
        assert!(turns.lock().order.is_empty());
    }

    #[tokio::test]
    async fn guesses_at_a_time_are_no_more_than_guesses_one_after_the_other() {
        let turns = Turns::new(8, 100, Attempts::new(0, 2));
        let mut attempts: Vec<Waiting> = (0..20).map(|_| wait(&turns, user("messi"))).collect();
        let mut looked_at = 0;
        while !attempts.is_empty() {
            let mut under_way = Vec::new();
            let mut waiting = Vec::new();
            for mut attempt in attempts {
                match now(&mut attempt).await {
                    Some(Ok(leave)) => under_way.push(leave),
                    Some(Err(_)) => {}
                    None => waiting.push(attempt),
                }
            }
            looked_at += under_way.len();
            attempts = waiting;
        }
        assert_eq!(looked_at, 2);
    }
}

//! Who is next where only a few may work at a time. Addresses take turns, whoever comes how often from one; and where no more
//! may wait, those from the address with the most are the first to be sent away. So nobody who is alone waits behind a crowd.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Turns that are taken and waited for.
#[derive(Debug)]
pub(super) struct Turns {
    at_a_time: usize,
    most_waiting: u64,
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
    turn: oneshot::Sender<Turn>,
}

/// Leave to work, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn(Option<Arc<Turns>>);

/// Too many wait.
#[derive(Debug)]
pub(super) struct Busy;

impl Turns {
    pub(super) fn new(at_a_time: usize, most_waiting: u64) -> Arc<Self> {
        Arc::new(Self {
            at_a_time,
            most_waiting,
            state: Mutex::default(),
        })
    }

    /// Waits for a turn of this share of the addresses.
    pub(super) async fn wait(self: &Arc<Self>, share: IpAddr) -> Result<Turn, Busy> {
        let (place, turn) = {
            let mut state = self.lock();
            if state.running < self.at_a_time {
                state.running += 1;
                return Ok(Turn(Some(self.clone())));
            }
            if state.waiting >= self.most_waiting && !state.send_one_away_for(share) {
                return Err(Busy);
            }
            let (sender, turn) = oneshot::channel();
            let number = state.join(share, sender);
            let place = Place {
                turns: self,
                share,
                number,
            };
            (place, turn)
        };
        let turn = turn.await;
        drop(place);
        turn.map_err(|_| Busy)
    }

    /// How many wait, and how many are under way.
    pub(super) fn counts(&self) -> (u64, u64) {
        let state = self.lock();
        (state.waiting, state.running as u64)
    }

    fn pass_on(self: Arc<Self>) {
        let mut state = self.lock();
        while let Some(waiter) = state.next() {
            match waiter.turn.send(Turn(Some(self.clone()))) {
                Ok(()) => return,
                // It has just left. This turn is not given back from within here.
                Err(mut turn) => turn.0 = None,
            }
        }
        state.running -= 1;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn join(&mut self, share: IpAddr, turn: oneshot::Sender<Turn>) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        self.waiting += 1;
        let waiters = self.shares.entry(share).or_default();
        if waiters.is_empty() {
            self.order.push_back(share);
        }
        waiters.push_back(Waiter { number, turn });
        number
    }

    /// Takes out the next one.
    fn next(&mut self) -> Option<Waiter> {
        let share = self.order.pop_front()?;
        let waiters = self.shares.get_mut(&share)?;
        let waiter = waiters.pop_front()?;
        self.waiting -= 1;
        match waiters.is_empty() {
            true => drop(self.shares.remove(&share)),
            false => self.order.push_back(share),
        }
        Some(waiter)
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
        if let Some(turns) = self.0.take() {
            turns.pass_on();
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

    use super::*;

    type Waiting = Pin<Box<dyn Future<Output = Result<Turn, Busy>>>>;

    fn share(last: u8) -> IpAddr {
        [127, 0, 0, last].into()
    }

    /// Polls it once.
    async fn now(waiting: &mut Waiting) -> Option<Result<Turn, Busy>> {
        tokio::select! {
            biased;
            turn = waiting => Some(turn),
            () = async {} => None,
        }
    }

    async fn begin(turns: &Arc<Turns>, last: u8) -> Waiting {
        let turns = turns.clone();
        let mut waiting: Waiting = Box::pin(async move { turns.wait(share(last)).await });
        assert!(now(&mut waiting).await.is_none());
        waiting
    }

    #[tokio::test]
    async fn addresses_take_turns_however_many_wait_at_one() {
        let turns = Turns::new(1, 100);
        let first = turns.wait(share(1)).await.unwrap();
        let mut crowd = Vec::new();
        for _ in 0..50 {
            crowd.push(begin(&turns, 1).await);
        }
        let mut alone = begin(&turns, 2).await;
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
        let turns = Turns::new(1, 3);
        let _running = turns.wait(share(1)).await.unwrap();
        let mut crowd = Vec::new();
        for _ in 0..3 {
            crowd.push(begin(&turns, 1).await);
        }
        assert!(turns.wait(share(1)).await.is_err());
        let mut alone = begin(&turns, 2).await;
        let sent_away = now(&mut crowd[2]).await.unwrap();
        assert!(sent_away.is_err());
        assert!(now(&mut crowd[1]).await.is_none());
        assert!(now(&mut alone).await.is_none());
        // Two and one: nobody else is sent away for a second one, or for the crowd.
        assert!(turns.wait(share(2)).await.is_err());
        assert!(turns.wait(share(1)).await.is_err());
        assert_eq!(turns.counts(), (3, 1));
    }

    #[tokio::test]
    async fn who_leaves_gives_up_the_place_and_a_turn_that_came_too_late() {
        let turns = Turns::new(1, 2);
        let running = turns.wait(share(1)).await.unwrap();
        let left = begin(&turns, 1).await;
        let mut other = begin(&turns, 1).await;
        drop(left);
        assert_eq!(turns.counts(), (1, 1));
        drop(running);
        // The turn is on its way to one who never takes it.
        assert_eq!(turns.counts(), (0, 1));
        assert!(turns.lock().shares.is_empty() && turns.lock().order.is_empty());
        let turn = now(&mut other).await.unwrap().unwrap();
        let late = begin(&turns, 2).await;
        drop(turn);
        drop(late);
        assert_eq!(turns.counts(), (0, 0));
    }
}

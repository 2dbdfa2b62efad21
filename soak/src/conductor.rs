//! Plays a plan: clients come, faults happen, everybody leaves, and what is left is looked at.

use std::rc::Rc;
use std::time::Duration;

use chatting_time_tests::host::Trouble;
use chatting_time_tests::random::Random;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::actor::Actor;
use crate::connection::{Connection, End, PATIENCE};
use crate::flatness::{self, Sample};
use crate::plan::{Cycle, Fault, Plan};
use crate::report::{Faults, Progress, Report};
use crate::subject::Subject;
use crate::world::World;

/// The time between two lines that say how it goes.
const TELL: Duration = Duration::from_secs(30);
/// How often the process is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// Clients that are to leave finish what they are at, which takes less than this.
const LEAVE: Duration = Duration::from_secs(120);
/// The server looks every minute how much room there is.
const NOTICE: Duration = Duration::from_secs(90);
/// Threads that check passwords or look at files end when they have nothing to do for a while.
const CALM_DOWN: Duration = Duration::from_secs(20);

pub(crate) struct Conductor {
    world: Rc<World>,
    subject: Subject,
    actors: Vec<Actor>,
    samples: Vec<Sample>,
    progress: Progress,
    /// How many cycles this process has served.
    age: usize,
    faults: Faults,
}

impl Conductor {
    pub(crate) fn new(subject: Subject, users: usize, random: &mut Random) -> Self {
        let actors = (0..users).map(|user| Actor::new(user, users, Random::new(random.draw())));
        Self {
            world: Rc::new(World::new(users)),
            actors: actors.collect(),
            samples: Vec::new(),
            progress: Progress::begin(),
            age: 0,
            faults: Faults {
                can_fill: subject.has_disk(),
                ..Faults::default()
            },
            subject,
        }
    }

    /// Plays all of it. What kept it from going on is among what is wrong.
    pub(crate) async fn play(mut self, plan: &Plan) -> Report {
        if let Err(Trouble(what)) = self.play_cycles(plan).await {
            self.world.wrong(what);
        }
        self.world.set_leaving(true);
        for wrong in flatness::judge(&self.samples, plan.compared()) {
            self.world.wrong(wrong);
        }
        Report::new(&self.world, self.samples, self.faults)
    }

    async fn play_cycles(&mut self, plan: &Plan) -> Result<(), Trouble> {
        self.start().await?;
        let count = plan.cycles.len();
        for (index, cycle) in plan.cycles.iter().enumerate() {
            let number = index + 1;
            self.age += 1;
            self.load(cycle, &format!("cycle {number} of {count}"))
                .await?;
            self.settle(number).await?;
        }
        // What was promised outlives one more death, with nobody there to see it.
        self.kill().await?;
        self.start().await?;
        self.empty_mailboxes().await?;
        for wrong in self.subject.stop().await? {
            self.world.wrong(wrong);
        }
        Ok(())
    }

    /// Clients use the service while faults happen to it; at the end all have left.
    async fn load(&mut self, cycle: &Cycle, name: &str) -> Result<(), Trouble> {
        self.world.set_leaving(false);
        let mut clients = JoinSet::new();
        for actor in self.actors.drain(..) {
            clients.spawn_local(actor.live(self.world.clone()));
        }
        let began = Instant::now();
        self.tell(name)?;
        for (moment, fault) in &cycle.faults {
            self.wait_until(began + *moment).await?;
            self.happen(*fault, name).await?;
            self.tell(name)?;
        }
        self.wait_until(began + cycle.load).await?;
        self.world.set_leaving(true);
        let everybody = timeout(LEAVE, clients.join_all()).await;
        self.actors = everybody.map_err(|_| Trouble("a client does not leave".into()))?;
        Ok(())
    }

    async fn happen(&mut self, fault: Fault, cycle: &str) -> Result<(), Trouble> {
        match fault {
            Fault::Kill { again } => {
                self.tell(&format!("{cycle}, kill"))?;
                self.kill().await?;
                self.start().await?;
                if let Some(later) = again {
                    sleep(later).await;
                    self.kill().await?;
                    self.start().await?;
                }
            }
            Fault::Stop => {
                self.tell(&format!("{cycle}, stop"))?;
                self.faults.stops += 1;
                self.age = 1;
                self.world.server_ends();
                for wrong in self.subject.stop().await? {
                    self.world.wrong(wrong);
                }
                self.start().await?;
            }
            Fault::Full { .. } | Fault::NearlyFull { .. } if !self.faults.can_fill => {}
            Fault::Full { hold } => self.fill(false, hold, cycle).await?,
            Fault::NearlyFull { hold } => self.fill(true, hold, cycle).await?,
        }
        Ok(())
    }

    async fn start(&mut self) -> Result<(), Trouble> {
        let address = self.subject.start().await?;
        self.world.serves_at(address);
        Ok(())
    }

    async fn kill(&mut self) -> Result<(), Trouble> {
        self.faults.kills += 1;
        self.age = 1;
        self.world.server_ends();
        let ends = self.world.ends();
        self.world.ledger.borrow_mut().server_died(ends);
        for wrong in self.subject.kill()? {
            self.world.wrong(wrong);
        }
        Ok(())
    }

    /// Takes the disk's room until something is refused, and gives it back after a while; then service resumes.
    async fn fill(
        &mut self,
        is_reserve_left: bool,
        hold: Duration,
        cycle: &str,
    ) -> Result<(), Trouble> {
        let name = match is_reserve_left {
            true => format!("{cycle}, little room"),
            false => format!("{cycle}, disk full"),
        };
        self.faults.fills += 1;
        let before = self.refused();
        self.subject.fill(is_reserve_left)?;
        self.tell(&name)?;
        let deadline = Instant::now() + NOTICE;
        while self.refused() == before && Instant::now() < deadline {
            self.look().await?;
        }
        if self.refused() == before {
            self.world
                .wrong(format!("{name}, and nothing was refused in {NOTICE:?}"));
        }
        self.wait_until(Instant::now() + hold).await?;
        self.subject.make_room()?;
        let accepted = |world: &World| world.tally.borrow().accepted_sends;
        // Twice, since the first may have been under way.
        for _ in 0..2 {
            let before = accepted(&self.world);
            let deadline = Instant::now() + PATIENCE;
            while accepted(&self.world) == before && Instant::now() < deadline {
                self.look().await?;
            }
            if accepted(&self.world) == before {
                self.world
                    .wrong(format!("{name}, room was made, and no message is accepted"));
            }
        }
        Ok(())
    }

    /// How many requests were refused for want of storage.
    fn refused(&self) -> u64 {
        let tally = self.world.tally.borrow();
        tally
            .refusals
            .get("storage_unavailable")
            .copied()
            .unwrap_or(0)
    }

    /// Nobody is there any more: everything that was acknowledged has come, and the process takes what it took before.
    async fn settle(&mut self, cycle: usize) -> Result<(), Trouble> {
        self.wait_for_idle().await?;
        self.empty_mailboxes().await?;
        let lost = self.world.ledger.borrow_mut().settle();
        for lost in lost {
            self.world.wrong(lost);
        }
        self.wait_for_idle().await?;
        let deadline = Instant::now() + CALM_DOWN;
        while !self.subject.is_calm()? && Instant::now() < deadline {
            self.look().await?;
        }
        let sample = Sample {
            cycle,
            age: self.age,
            usage: self.subject.usage()?,
        };
        self.samples.push(sample);
        self.tell(&format!("cycle {cycle} over"))
    }

    async fn wait_for_idle(&mut self) -> Result<(), Trouble> {
        let deadline = Instant::now() + PATIENCE;
        while !self.subject.is_idle()? {
            if Instant::now() > deadline {
                let usage = self.subject.usage()?;
                self.world.wrong(format!(
                    "all clients have left, and the server has {} sockets open",
                    usage.sockets
                ));
                break;
            }
            self.look().await?;
        }
        Ok(())
    }

    /// Takes what is left over, one user after the other, with the session that each of them has.
    async fn empty_mailboxes(&mut self) -> Result<(), Trouble> {
        let world = self.world.clone();
        let connection = Actor::connect(&world, false).await;
        let mut connection = connection.ok_or_else(|| Trouble("nobody serves".into()))?;
        let life = connection.life;
        for actor in &mut self.actors {
            if let Err(end) = empty_mailbox(actor, &world, &mut connection).await {
                actor.judge_end(&world, life, &end);
                return Err(Trouble("the mailboxes cannot be emptied".into()));
            }
        }
        Ok(())
    }

    async fn wait_until(&mut self, moment: Instant) -> Result<(), Trouble> {
        while Instant::now() < moment {
            self.look().await?;
        }
        Ok(())
    }

    /// Lets a moment pass, and ends the run when the server has ended by itself.
    async fn look(&mut self) -> Result<(), Trouble> {
        sleep(LOOK).await;
        if self.progress.told().elapsed() >= TELL {
            self.progress.tell(&self.world, self.subject.usage()?);
        }
        match self.subject.ended()? {
            None => Ok(()),
            Some((status, said)) => Err(Trouble(format!(
                "the server ended by itself with {status}: {said}"
            ))),
        }
    }
}

impl Conductor {
    /// Says what happens from now on.
    fn tell(&mut self, phase: &str) -> Result<(), Trouble> {
        self.progress.enter(phase.to_owned());
        self.progress.tell(&self.world, self.subject.usage()?);
        Ok(())
    }
}

async fn empty_mailbox(
    actor: &mut Actor,
    world: &World,
    connection: &mut Connection,
) -> Result<(), End> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        let has_session = actor.has_session() || actor.log_in(world, connection).await?;
        if has_session && !actor.read(world, connection, Duration::ZERO).await? {
            return Ok(());
        }
    }
    Err(End::Silent)
}

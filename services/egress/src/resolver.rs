//! From a name to the machines behind it, all of which must be within reach.

use std::{
    io,
    net::{IpAddr, SocketAddr},
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::{Reach, is_public};

/// Looks names up and checks the answer: what it returns is what is connected to.
#[derive(Debug, Clone)]
pub(crate) struct Resolver {
    reach: Reach,
    names: Names,
}

/// Where names are looked up.
#[derive(Debug, Clone)]
enum Names {
    /// In the system's resolver.
    System,
    /// In these answers, the last one first; then nowhere.
    #[cfg(test)]
    Told(std::sync::Arc<std::sync::Mutex<Vec<Vec<IpAddr>>>>),
}

/// Why a name is not connected to: nothing within reach stands behind it, or something else does
/// too.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the name leads to a machine that is not public")]
pub(crate) struct OutOfReach;

impl Resolver {
    pub(crate) const fn system(reach: Reach) -> Self {
        let names = Names::System;
        Self { reach, names }
    }

    /// A resolver that answers each question with the next of `answers`.
    #[cfg(test)]
    pub(crate) fn told(reach: Reach, answers: &[&[&str]]) -> Self {
        let read = |answer: &&[&str]| answer.iter().map(|ip| ip.parse().unwrap()).collect();
        let answers = answers.iter().rev().map(read).collect();
        let names = Names::Told(std::sync::Arc::new(std::sync::Mutex::new(answers)));
        Self { reach, names }
    }

    /// How many answers are left.
    #[cfg(test)]
    pub(crate) fn left(&self) -> usize {
        match &self.names {
            Names::System => 0,
            Names::Told(answers) => answers.lock().unwrap().len(),
        }
    }

    /// The machines behind `name`. One that is out of reach spoils the answer: a name that leads
    /// to the world and to this network at once is an attack or a mistake.
    pub(crate) async fn look_up(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let machines = self.names.look_up(name).await?;
        if machines.is_empty() || !machines.iter().all(|machine| self.reaches(*machine)) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, OutOfReach));
        }
        Ok(machines)
    }

    fn reaches(&self, machine: IpAddr) -> bool {
        is_public(machine) || self.reach == Reach::WorldAndLoopback && machine.is_loopback()
    }
}

impl Names {
    async fn look_up(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        match self {
            Self::System => {
                let found = tokio::net::lookup_host((name, 0)).await?;
                Ok(found.map(|machine| machine.ip()).collect())
            }
            #[cfg(test)]
            Self::Told(answers) => {
                let mut answers = answers.lock().unwrap();
                Ok(answers.pop().unwrap_or_default())
            }
        }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let machines = resolver.look_up(name.as_str()).await?;
            // The port is the address's own.
            let machines = machines.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(machines) as Addrs)
        })
    }
}

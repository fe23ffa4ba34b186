//! The processor time of another process.

use std::{fs, time::Duration};

use anyhow::Context;

/// The processor time that `process` has used, in user and system mode, with all its threads.
///
/// Fields 14 and 15 of `/proc/PID/stat` (`proc_pid_stat(5)`).
pub(crate) fn used_by(process: u32) -> anyhow::Result<Duration> {
    let path = format!("/proc/{process}/stat");
    let stat = fs::read_to_string(&path).with_context(|| path.clone())?;
    let ticks = ticks_in(&stat).with_context(|| format!("{path} has another shape"))?;
    let ticks_per_second = rustix::param::clock_ticks_per_second();
    Ok(Duration::from_millis(ticks * 1_000 / ticks_per_second))
}

/// The name of the program, second field, is in parentheses and may hold blanks.
fn ticks_in(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::ticks_in;

    #[test]
    fn a_name_with_blanks_and_parentheses_does_not_shift_the_fields() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 9 0 123 0 0";
        assert_eq!(ticks_in(stat), Some(300));
        assert_eq!(ticks_in("7"), None);
    }
}

//! What became of requests.

use std::time::Duration;

#[derive(Clone, Copy)]
pub enum Outcome {
    Ok,
    Refused,
    Failed,
}

#[derive(Default)]
pub struct Seen {
    pub seconds: f64,
    /// Answered well before the load ended.
    in_time: usize,
    ok: Vec<Duration>,
    refused: Vec<Duration>,
    failed: usize,
    unanswered: Vec<Duration>,
    /// By how much requests were sent after they were due.
    late: Vec<Duration>,
}

impl Seen {
    pub fn answered(&mut self, outcome: Outcome, time: Duration, in_time: bool) {
        self.in_time += (in_time && matches!(outcome, Outcome::Ok)) as usize;
        match outcome {
            Outcome::Ok => self.ok.push(time),
            Outcome::Refused => self.refused.push(time),
            Outcome::Failed => self.failed += 1,
        }
    }

    pub fn unanswered(&mut self, age: Duration) {
        self.unanswered.push(age);
    }

    /// Returns how many were sent before.
    pub fn sent(&mut self, late: Duration) -> usize {
        self.late.push(late);
        self.late.len() - 1
    }

    /// Times in milliseconds. Those of all count a request without an answer as old as it was.
    pub fn json(mut self) -> String {
        let mut all: Vec<_> = self.ok.iter().chain(&self.unanswered).copied().collect();
        format!(
            "{{\"seconds\": {:.6}, \"in_time\": {}, \"succeeded\": {}, \"refused\": {}, \"failed\": {}, \
             \"unanswered\": {}, \"all\": {}, \"accepted\": {}, \"refusals\": {}, \"late\": {}}}",
            self.seconds,
            self.in_time,
            self.ok.len(),
            self.refused.len(),
            self.failed,
            self.unanswered.len(),
            percentiles(&mut all),
            percentiles(&mut self.ok),
            percentiles(&mut self.refused),
            percentiles(&mut self.late),
        )
    }
}

fn percentiles(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |share: f64| match times.len() {
        0 => 0.0,
        count => times[((count as f64 * share).ceil() as usize).clamp(1, count) - 1].as_secs_f64() * 1e3,
    };
    format!(
        "{{\"p50\": {:.4}, \"p90\": {:.4}, \"p99\": {:.4}, \"max\": {:.4}}}",
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0)
    )
}

job-state-queued = Waiting
job-state-running = Running
job-state-done = Done
job-state-failed = Failed
job-state-dead = Given up
job-state-cancelled = Cancelled

error-job-over = This job is over already.
error-job-not-over = Only a job that failed, was given up or was cancelled can be started again.
error-cron-line = This schedule cannot be read: { $cron }
error-job-payload = What this job carries cannot be read; it is not tried again.

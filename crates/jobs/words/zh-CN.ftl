job-state-queued = 等待中
job-state-running = 执行中
job-state-done = 已完成
job-state-failed = 执行失败
job-state-dead = 多次失败，已停止
job-state-cancelled = 已取消

error-job-over = 该任务已结束。
error-job-not-over = 只有失败、停止或取消的任务可以重新执行。
error-cron-line = 看不懂这个时间表：{ $cron }
error-job-payload = 这项任务的内容无法读取，不再重试。

# Configuration
error-config-unreadable = The configuration { $file } cannot be read: { $reason }. Please check path and permissions.
error-config-syntax = Line { $line } of the configuration { $file } cannot be read: { $reason }
error-config-unknown-key = “{ $key }” in the configuration { $file } is not known; did you mean “{ $nearest }”?
error-config-value = { $value } is not a value for { $key } in the configuration { $file }; expected for instance: { $expected }
error-database-address = The database address is wrong. Write sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE.

# Versions and installation
error-database-newer = A newer version wrote this database ({ $module }, step { $version }); this program cannot open it. Install the newer program. The data was not touched.
error-database-older = The source database still has an older schema. Serve it once with this program, which upgrades it, then copy.
error-installed-already = There is a county in this database already; nothing was changed. Use another database for a new one.
error-database-not-writable = { $place } cannot be written: { $reason }. The server was not started, because it could keep nothing. Give the account that runs wanqi the right to write to it (owner, permissions, mounted read-only?) or, with a standby of PostgreSQL, use the address of the primary.
error-folder = The folder or file { $place } cannot be used: { $reason }.

# Copy, backup, restore
error-target-not-empty = The target database is not empty (table { $table } has rows); nothing was written. Use an empty one, or add --empty-target to replace what is there.
error-copy-differs = The copy differs from the source ({ $table }); the target was not changed. Check that both have the same program version and try again.
error-file-exists = { $file } exists and was not overwritten. Choose another name or move it away first.
error-folder-not-empty = The folder { $place } has files in it; nothing was overwritten. Choose an empty folder.
error-backup-broken = The backup is not whole or was changed ({ $file }); nothing was restored. Use another backup.
error-backup-newer = A newer version ({ $program }) wrote this backup; restore it with the newer program.

# Doctor
doctor-database-ok = The database answers ({ $engine })
doctor-database-away = The database does not answer: { $reason }. Check `database` in the configuration and that the database server runs.
doctor-schema-ok = The schema is up to date
doctor-schema-old = The schema lacks { $n } steps; the other checks were left out. Start wanqi serve once to upgrade it.
doctor-schema-new = The database is newer than this program: { $reason }. Install the newer program.
doctor-check-failed = One check could not be finished: { $reason }
doctor-integrity-ok = The database file is sound
doctor-integrity-broken = The database file is damaged: { $first }. Stop the server and restore the latest backup.
doctor-links-ok = All references between rows are sound
doctor-links-broken = { $n } rows of { $table } point to rows that are not there. Restore a backup or ask for help.
doctor-audit-ok = The audit chain is whole (entries: { $n })
doctor-audit-broken = The audit chain is broken at entry { $entry }: somebody changed the database behind the program's back. Keep everything as it is and compare with a backup.
doctor-anchors-ok = The audit chain agrees with its anchors (noted: { $n })
doctor-anchors-none = No anchors of the audit chain yet; wanqi serve takes them
doctor-anchors-forged = Entry { $entry } of the audit is not the one that was noted on { $at }: the chain was made anew from there or before, somebody rewrote history. Keep everything as it is and compare with a backup.
doctor-anchors-cut = Entries { $from } to { $to } of the audit are gone; an anchor of { $at } shows that they were there. The end of the chain was cut off, or the write-ahead log was damaged in a crash. What was done since may be lost with them: compare with a backup and ask the offices.
doctor-anchors-restored = This place was restored or copied on { $at } and goes on from entry { $from } of the audit; anchors taken before, up to entry { $left }, belong to the data that stood here then
doctor-anchors-unreadable = { $n } lines of the anchor file { $file } cannot be read. Mostly a full disk or a power cut; if somebody changed them, compare with a copy kept elsewhere.
doctor-history-ok = Events and texts are as the audit sealed them (requests: { $n }, events: { $events })
doctor-history-ok-sample = A sample of events and texts is as the audit sealed it (requests: { $n }, events: { $events }; --all compares all)
doctor-history-due = Requests from before the upgrade are not sealed yet; this check was left out. Start wanqi serve once.
doctor-history-text = { $n } requests are not as the audit sealed them, first { $number }: its text (title, body, contact) was changed behind the program's back. Keep everything as it is and compare with a backup.
doctor-history-changed = { $n } requests are not as the audit sealed them, first { $number }: among its events { $from } to { $to } one was changed. Keep everything as it is and compare with a backup.
doctor-history-missing = { $n } requests are not as the audit sealed them, first { $number }: its event { $event } was removed. Keep everything as it is and compare with a backup.
doctor-history-unsealed = { $n } requests are not as the audit sealed them, first { $number }: no audit entry tells of its events { $from } to { $to }; this program did not write them. Keep everything as it is and compare with a backup.
doctor-history-untold = { $n } requests are not as the audit sealed them, first { $number }: no audit entry tells how it was raised; this program did not write it. Keep everything as it is and compare with a backup.
doctor-history-gone = { $n } requests are not as the audit sealed them, first { $number }: the audit tells of it, and it is not there. Keep everything as it is and take it from a backup.
doctor-history-leaves = The requests that entry { $entry } of the audit sealed together (an import, the demo, an upgrade) do not add up to its hash: one of them or its seal was changed. Keep everything as it is and compare with a backup.
doctor-future-requests = { $n } requests have times later than now, first { $number } ({ $at }). Mostly the server's clock was ahead when they were written: check it, and remark on it in the ledger.
doctor-future-audit = { $n } audit entries have times later than now, first entry { $entry } ({ $at }). Mostly the server's clock was ahead when they were written: check it.
doctor-sums-ok = Monthly sums agree with the needs they count
doctor-sums-differ = { $n } monthly sums are wrong, first “{ $metric }” of { $month }; restore a backup or report it
doctor-projections-ok = Lists agree with their histories (requests checked: { $n })
doctor-projections-differ = Of { $n } requests checked, { $wrong } differ from their histories, for instance { $first }. Restore a backup or ask for help.
doctor-files-ok = All attachments are there (files: { $n })
doctor-files-missing = { $n } attachments are not on the disk, for instance { $first }. Take them from a backup.
doctor-files-damaged = { $n } attachments are not as they were stored, for instance { $first }. Take them from a backup.
doctor-files-orphaned = { $n } files belong to no request, for instance { $first }. Mostly interrupted uploads; delete them once you are sure.
doctor-calendar-ok = Holiday notices are entered until { $until }
doctor-calendar-ends = Holiday notices are entered until { $until } only; deadlines after that are provisional. The State Council usually publishes the notice for { $year } in November: enter it under Administration → Working-day calendar.
doctor-calendar-beyond = Open deadlines (the last on { $last }) lie beyond the holiday notices entered so far ({ $until }) and are provisional. Enter the next notice under Administration → Working-day calendar.
doctor-calendar-over = The holiday notice for { $year } is not entered in this system (entered until { $until }); every deadline is provisional. Enter it now under Administration → Working-day calendar.
doctor-clock-ok = The server's clock says { $now }
doctor-clock-behind = The server's clock says { $now }, earlier than what is already written ({ $last }); deadlines will be wrong. Set the clock.
doctor-jobs-ok = No background job has failed for good
doctor-jobs-dead = { $n } background jobs gave up after several tries. See why on the page of jobs, and try them again.
doctor-proxy-ok = Visitors are told apart by their addresses
doctor-proxy-untrusted = A proxy at { $peer } passes requests on but is not among trusted_proxies: all visitors count as one address, and limits against guessing strike everybody. Add its address to trusted_proxies in the configuration and start the server again.
doctor-proxy-unnamed = base_url is { $url }, so a proxy stands in front, but trusted_proxies is empty: all visitors count as one address. Put the proxy's address there and start the server again.
doctor-desk-ok = Every request is seen by somebody at the desk
doctor-desk-nobody = Nobody has a role at the desk, so nobody will take on what enterprises raise. Give the role under Administration → People, for the task force or the county.
doctor-desk-unreached = { $requests } open requests and { $firms } enterprises lie outside the reach of everybody at the desk, so nobody takes them on. Under Administration → People give the desk role for the task force or the county.
doctor-space-ok = { $free } MB of disk space are free
doctor-space-little = Only { $free } MB of disk space are free ({ $place }). A full disk stops all work: clear or enlarge it.
doctor-space-unknown = Free disk space cannot be told; please check it yourself.

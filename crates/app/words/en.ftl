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
doctor-space-ok = { $free } MB of disk space are free
doctor-space-little = Only { $free } MB of disk space are free ({ $place }). A full disk stops all work: clear or enlarge it.
doctor-space-unknown = Free disk space cannot be told; please check it yourself.

# 配置
error-config-unreadable = 读不了配置文件 { $file }：{ $reason }。请检查路径和权限。
error-config-syntax = 配置文件 { $file } 第 { $line } 行写法有误：{ $reason }
error-config-unknown-key = 配置文件 { $file } 里的“{ $key }”不认识，是不是“{ $nearest }”？
error-config-value = 配置文件 { $file } 里 { $key } 的值 { $value } 不对，应如：{ $expected }
error-database-address = 数据库地址不对。应写成 sqlite:文件路径 或 postgres://用户:口令@主机/库名。

# 数据库版本与安装
error-database-newer = 这个数据库由更新的版本写成（{ $module } 第 { $version } 版），本程序不能打开它。请换用新版程序；数据没有改动。
error-database-older = 来源数据库还是旧版结构。请先用本程序 serve 一次让它升级，再来复制。
error-installed-already = 这个数据库里已经装有一个县，没有改动。要新装，请换一个数据库。
error-database-not-writable = { $place } 无法写入：{ $reason }。什么都保存不了，因此没有启动。请让运行 wanqi 的账户可以写入（检查属主、权限、是否只读挂载）；如用的是 PostgreSQL 备库，请改为主库地址。
error-folder = 文件夹或文件 { $place } 用不了：{ $reason }。

# 复制、备份、恢复
error-target-not-empty = 目标数据库不是空的（表 { $table } 里有数据），什么也没有写。请换一个空库；确要覆盖，加 --empty-target。
error-copy-differs = 复制后核对不符（{ $table }），目标数据库未作任何改动。请确认两边程序版本相同后重试。
error-file-exists = { $file } 已经存在，没有覆盖。请换个名字，或先把它移走。
error-folder-not-empty = 文件夹 { $place } 里已有文件，没有覆盖。请换一个空文件夹。
error-backup-broken = 备份文件不完整或被改过（{ $file }），什么也没有恢复。请换一份备份。
error-backup-newer = 这份备份由更新的版本（{ $program }）写成，请换用新版程序恢复。

# 体检
doctor-database-ok = 数据库连得上（{ $engine }）
doctor-database-away = 数据库连不上：{ $reason }。请检查配置里的 database，数据库服务是否在运行。
doctor-schema-ok = 数据库结构是最新的
doctor-schema-old = 数据库结构差 { $n } 步未升级，其余检查略过。启动一次 wanqi serve 即可升级。
doctor-schema-new = 数据库比本程序新：{ $reason }。请换用新版程序。
doctor-check-failed = 有一项检查没能做完：{ $reason }
doctor-integrity-ok = 数据库文件完好
doctor-integrity-broken = 数据库文件有损坏：{ $first }。请停止服务，从最近的备份恢复。
doctor-links-ok = 数据之间的关联完好
doctor-links-broken = 表 { $table } 有 { $n } 行指向不存在的数据。请从备份恢复，或联系维护人员。
doctor-audit-ok = 审计链完整，共 { $n } 条
doctor-audit-broken = 审计链从第 { $entry } 条起断开，有人绕过程序改过数据库。请保全现场，与备份比对。
doctor-anchors-ok = 审计链与另存的 { $n } 个锚点相符
doctor-anchors-none = 还没有审计锚点；wanqi serve 启动后开始记录
doctor-anchors-forged = 审计链第 { $entry } 条不是 { $at } 记下锚点时的那一条：此后的链是重新做出来的，有人改写过历史。请保全现场，与备份比对。
doctor-anchors-cut = 审计记录第 { $from } 至 { $to } 条不见了（{ $at } 记下的锚点表明当时还在）：链尾被截去，或断电时数据库日志损坏。这几条之后的办理可能一并丢失，请与备份和业务科室核对。
doctor-anchors-restored = 本处数据于 { $at } 从备份或另一数据库恢复而来，接在审计第 { $from } 条之后；此前记下的到第 { $left } 条为止的锚点属于恢复前的数据
doctor-anchors-unreadable = 锚点文件 { $file } 有 { $n } 行读不懂。多为磁盘写满或断电所留；若有人改过，请与另存的副本比对。
doctor-history-ok = 办理经过和诉求原文与审计封存的一致：{ $n } 件诉求、{ $events } 条经过
doctor-history-ok-sample = 抽查 { $n } 件诉求、{ $events } 条经过，与审计封存的一致（--all 查全部）
doctor-history-due = 升级前已有的诉求尚未封存，这一项略过。启动一次 wanqi serve 即可。
doctor-history-text = { $n } 件诉求与审计封存的不一致，第一件是 { $number }：原文（标题、内容、联系人等）被绕过程序改过。请保全现场，与备份比对。
doctor-history-changed = { $n } 件诉求与审计封存的不一致，第一件是 { $number }：第 { $from } 至 { $to } 条经过里有被改过的。请保全现场，与备份比对。
doctor-history-missing = { $n } 件诉求与审计封存的不一致，第一件是 { $number }：第 { $event } 条经过被删。请保全现场，与备份比对。
doctor-history-unsealed = { $n } 件诉求与审计封存的不一致，第一件是 { $number }：第 { $from } 至 { $to } 条经过没有对应的审计记录，不是本程序写的。请保全现场，与备份比对。
doctor-history-untold = { $n } 件诉求与审计封存的不一致，第一件是 { $number }：没有它提出时的审计记录，不是本程序写的。请保全现场，与备份比对。
doctor-history-gone = { $n } 件诉求与审计封存的不一致，第一件是 { $number }：审计里有，数据库里已没有。请保全现场，从备份里找回。
doctor-history-leaves = 审计第 { $entry } 条封存的一批诉求（导入、演示或升级时所封）与封存的总散列不符，其中有诉求或封存值被改过。请保全现场，与备份比对。
doctor-future-requests = { $n } 件诉求的时间晚于现在，第一件是 { $number }（{ $at }）。多为服务器时钟曾被调快时所写，请核对时钟，并在台账里注明。
doctor-future-audit = { $n } 条审计记录的时间晚于现在，第一条是第 { $entry } 条（{ $at }）。多为服务器时钟曾被调快时所写，请核对时钟。
doctor-sums-ok = 月度合计与明细一致
doctor-sums-differ = 有 { $n } 项月度合计与明细不符，第一项是 { $month } 的“{ $metric }”；请恢复备份或报告问题
doctor-projections-ok = 抽查 { $n } 件诉求，列表与办理经过一致
doctor-projections-differ = 查了 { $n } 件诉求，{ $wrong } 件的列表与办理经过不一致，如 { $first }。请从备份恢复，或联系维护人员。
doctor-files-ok = 附件齐全，共 { $n } 个
doctor-files-missing = 磁盘上少了 { $n } 个附件，如 { $first }。请从备份里取回。
doctor-files-damaged = { $n } 个附件内容与登记不符，如 { $first }。请从备份里取回。
doctor-files-orphaned = { $n } 个文件不属于任何诉求，如 { $first }。多为上传中断所留，确认后可删。
doctor-calendar-ok = 放假通知已录入到 { $until }
doctor-calendar-ends = 放假通知只录入到 { $until }，此后的期限是暂定的。国务院办公厅一般在 11 月印发下一年的通知，请到“管理 → 工作日日历”录入 { $year } 年的通知。
doctor-calendar-beyond = 有诉求的期限（最晚 { $last }）在已录入的放假通知（到 { $until }）之后，这些期限是暂定的。请到“管理 → 工作日日历”录入下一年的通知。
doctor-calendar-over = 本系统尚未录入 { $year } 年放假通知（只录入到 { $until }），现在的期限都是暂定的。请尽快到“管理 → 工作日日历”录入。
doctor-clock-ok = 服务器时间 { $now }
doctor-clock-behind = 服务器时间 { $now } 早于已有记录（{ $last }），期限会算错。请校准时钟。
doctor-jobs-ok = 没有失败的后台任务
doctor-jobs-dead = { $n } 个后台任务多次失败后停下。请在“任务”页查看原因并重试。
doctor-proxy-ok = 能按来源地址区分访问者
doctor-proxy-untrusted = { $peer } 上的反向代理在转发请求，但不在 trusted_proxies 中：所有访问者被当成同一个地址，防猜测的限制会误伤所有人。请把它的地址写进配置里的 trusted_proxies，然后重新启动。
doctor-proxy-unnamed = base_url 是 { $url }，说明前面有反向代理，但 trusted_proxies 为空：所有访问者被当成同一个地址。请写上代理的地址，然后重新启动。
doctor-desk-ok = 每件诉求都有专班人员看得到
doctor-desk-nobody = 还没有专班人员，企业提出的诉求没有人受理。请到“管理 → 人员”授予“专班人员”角色，单位选专班或本县。
doctor-desk-unreached = 有 { $requests } 件在办诉求、{ $firms } 户企业不在任何专班人员的范围内，没有人受理。请到“管理 → 人员”把专班人员的角色授在专班或本县。
doctor-space-ok = 磁盘剩余 { $free } MB
doctor-space-little = 磁盘只剩 { $free } MB（{ $place }）。写满后无法受理诉求，请清理或扩容。
doctor-space-unknown = 查不到磁盘剩余空间，请自行确认。

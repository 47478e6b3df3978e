# 命令行
cli-usage = 用法
cli-no-value = { $arg } 后面要有值。
cli-value-choice = { $arg } 不能是 { $value }，可选：{ $valid }。
cli-value-wrong = { $arg } 不能是 { $value }，应如：{ $reason }
cli-unknown-argument = 这里没有 { $arg } 这个参数。
cli-unknown-command = 没有“{ $name }”这个命令。
cli-missing-argument = 缺少 { $arg }。
cli-see-help = 用法见 wanqi --help，某个命令的用法见 wanqi 命令 --help。
cli-no-database = { $path } 处没有数据库。请先用 wanqi init 安装，或用 --config 指明配置文件。
cli-database-old = 数据库还是旧版结构。请先启动一次 wanqi serve 让它升级，再试。
cli-not-installed = 数据库里还没有安装县。请先运行 wanqi init。
cli-port-busy = { $address } 已被占用，也许另一个万企正在运行。请先停掉它，或在配置的 listen 里换一个地址。
cli-cannot-listen = 无法监听 { $address }：{ $reason }。请检查配置里的 listen。
cli-serving = 万企已启动：{ $url }（用时 { $ms } 毫秒）。按 Ctrl-C 停止。
cli-stopped = 已停止，已确认的数据都已保存。
cli-server-failed = 服务中断：{ $reason }

# 帮助
help-wanqi = 万企：一个程序办好一个县的涉企服务
help-serve = 启动服务
help-demo = 在一个文件夹里生成示范县（只生成一次）并启动
help-init = 新安装：写配置、建空县、建首位管理员
help-workdays = 工作日，含节假日与调休
help-workdays-add = 某日之后第 N 个工作日
help-workdays-count = 起日之后到止日（含）的工作日数
help-workdays-show = 某年的放假与调休，或某日是什么日子
help-rules = 规则包
help-rules-eval = 计算一个表达式；加 --batch 时逐行计算
help-rules-run = 对一份事实文件中的每户企业运行规则包，写出结果或只计数
help-rules-explain = 解释规则包对一户企业的结论：为什么、差在哪里、怎样就够、下一步问什么
help-rules-test = 运行规则包的例；有一行不符则以 1 结束
help-rules-check = 查发布前须改的：空档、重叠、没有引用原文或没有例的行；有错误则以 1 结束
help-rules-diff = 用文字说明两个规则包之间改了什么；给出 --facts 时，说明哪些企业结果有变
help-rules-sql = 把规则包写成一条 SQL，供 PostgreSQL、DuckDB 或 Spark 执行
help-casework = 诉求与计时
help-casework-replay = 按时限和带日期的办理经过，算出每个计时
help-stats = 统计指标，附分子、分母和口径
help-stats-casework = 一段时间内的诉求办理指标
help-import = 导入文件，全部导入或完全不导入
help-import-requests = 诉求台账（xlsx）
help-import-enterprises = 企业名录（csv 或 xlsx）
help-audit = 审计链
help-audit-verify = 逐条核对审计链、锚点和全部封存内容，指出第一处不符
help-users = 登录人员
help-users-reset-password = 为某人设一次性口令，并使其所有会话退出
help-tokens = 对接系统的访问令牌
help-tokens-issue = 签发令牌，只显示一次
help-tokens-list = 列出全部令牌
help-tokens-revoke = 立即吊销令牌
help-openapi = 输出接口说明（OpenAPI，JSON）
help-db = 数据库
help-db-copy = 把全部数据复制到另一个空库，两种数据库均可
help-backup = 不停机备份：数据库、附件和配置写进一个文件
help-restore = 核对备份并恢复到空库和空文件夹
help-doctor = 给整套系统做体检，并说明该怎么办
help-arg-lang = 提示语言：zh 或 en
help-arg-config = 配置文件（不写则用当前文件夹的 wanqi.toml）
help-arg-port = 示范县的端口
help-arg-scenario = 哪个示范：county 县，city 市
help-arg-fresh = 重新生成示范数据
help-arg-dir = 安装或示范所在的文件夹
help-arg-county = 县（市、区）名称
help-arg-county-en = 英文名称
help-arg-desk-phone = 服务专班电话，如 0373-8812345 或 12345；以后可在“管理”中改
help-arg-login = 登录名
help-arg-name = 名称或姓名
help-arg-date = 日期，如 2026-02-13
help-arg-n = 多少个工作日
help-arg-from = 起：日期，或数据库地址
help-arg-to = 止：日期，或数据库地址
help-arg-when = 年份如 2026，或日期
help-arg-expression = 表达式，例如“营业收入 >= 2000 万元 且 从业人员 >= 20”
help-arg-facts = 事实：一户企业的 JSON 对象或存有它的文件，或多户企业的文件（.csv、.xlsx、.parquet）
help-arg-batch = 每行一个 {"{"}"expr":…,"facts":{"{"}…{"}"}{"}"} 的文件（- 为标准输入）；每行输出一个答案，出错的行写明错误
help-arg-confirmed-only = 只答已录入放假通知的年份，否则拒绝（退出码 2）
help-arg-calendar = 另加的放假通知文件，可多次给出
help-arg-file = 文件
help-arg-format = 输出格式
help-arg-scope = 令牌可做什么，用逗号分开：enterprises:read、requests:read、requests:write、figures:read
help-arg-unit = 可读范围的单位代码
help-arg-days = 多少天后失效，不写则长期有效
help-arg-prefix = 令牌开头，见 tokens list
help-arg-empty-target = 先清空目标库，原有数据将丢失
help-arg-data-dir = 存放附件的文件夹
help-arg-all = 逐字节核对每个附件，重放每件诉求

# 工作日
workdays-not-entered = 本程序的日历尚未录入 { $year } 年放假通知，调休安排未知。去掉 --confirmed-only 可按法定节假日暂计，或用 --calendar 文件 加上通知。
workdays-too-early = 日历里没有 { $year } 年，它从更晚的年份开始。可用 --calendar 文件 加上通知。
workdays-beyond-table = 农历节日表里没有 { $year } 年，连法定节假日也无从得知。可用 --calendar 文件 加上通知。
workdays-out-of-range = 日期超出了可计算的年份，请用小一些的数。
workdays-provisional-word = 暂定
workdays-provisional = 暂定：放假通知只录入到 { $until }；以后已扣除法定节假日，调休和补班待通知录入后确定。
workdays-year-provisional = { $year } 年放假通知本程序尚未录入，以下只是法定节假日，调休和补班待定（暂定）
workdays-when = “{ $when }”既不是 2026 这样的年份，也不是 2026-02-13 这样的日期。
workdays-calendar-wrong = 通知 { $file } 用不了：{ $reason }
workdays-calendars-wrong = 这些通知合不到一起：{ $reason }
workdays-workday = 工作日
workdays-weekend = 周末
workdays-holiday = 放假
workdays-make-up = 调休上班
workdays-year = 工作日共 { $n } 天；各月：{ $months }
workdays-year-counted = 暂按 { $n } 个工作日计，暂定；各月：{ $months }

# 规则
rules-file-unread = 无法读取 { $file }：{ $reason }
rules-facts-not-json = 事实不是 JSON：第 { $place } 个字符处有误。例如写成 {"{"}"employees": 120{"}"}。
rules-facts-long-number = 事实中第 { $place } 个字符处的数超过 { $most } 位。请核对；没有哪项指标需要这么多位。
rules-line-not-json = 这一行不是 JSON：第 { $place } 个字符处有误。
rules-line-long-number = 第 { $place } 个字符处的数超过 { $most } 位。
rules-line-json-advice = 请在一行内写成 {"{"}"expr": "1 + 2", "facts": {"{"}{"}"}{"}"}。
rules-line-no-expression = 这一行的“expr”没有文字。
rules-at = 第 { $place } 个字符处：{ $message }
rules-run-progress = 第 { $pass }/{ $passes } 遍：已处理 { $rows } 户{ $share }
rules-run-done = { $rows } 户企业，{ $outputs } 项结果，用时 { $seconds } 秒
rules-day-not-in-force = 注意：{ $pack } 在 { $date } 未施行，其全部结果为“不适用”。用 --on 指定日期。
rules-day-nearest = 注意：{ $pack } 在 { $asked } 未施行，按离它最近的施行日 { $date } 计算。用 --on 指定日期。
rules-columns-strange = 下列各列没有对应的事实，未使用：{ $names }
rules-columns-near = { $name }（是不是“{ $near }”？）
rules-columns-absent = 文件里没有这些事实的列：{ $names }。用到它们的结果为“未知”。
rules-id-needs-table = --id 用来在 csv、xlsx 或 parquet 文件里指明一户企业；JSON 事实只有一户。
rules-explain-among = { $id }，在 { $rows } 户企业中
rules-sql-too-wide = 规则包里有一步可能超过 38 位数字，数据库存不下。请收紧事实的范围，或者提前舍入。
rules-count-output = 结果
rules-count-true = 是
rules-count-false = 否
rules-count-known = 有值
rules-count-unknown = 未知
rules-count-not-applicable = 不适用
rules-severity-error = 错误
rules-severity-warning = 警告
rules-severity-note = 提示
rules-check-done = 错误 { $errors } 处，警告 { $warnings } 处，提示 { $notes } 处
rules-diff-same = 规则没有变化。
rules-diff-affected = { $rows } 户企业中，{ $changed } 户结果有变。

# 诉求
replay-wrong = { $file } 无法重放：{ $reason }

# 导入
import-no-file = 没有文件 { $file }。
import-requests-done = 新增诉求 { $added } 件；已有 { $known } 件，未改动。
import-faults = 共 { $n } 处有误，什么也没有导入。请改正后重新导入同一文件。

# 安装
init-config = 已写好配置 { $file }，每一项都有说明。
init-admin = 管理员
init-done = { $county }已安装，数据在 { $database }。
init-password = 登录名：{ $login }  一次性口令：{ $password }
init-next = 口令不再显示。请登录后先改口令，再添加单位和人员。启动：wanqi serve --config { $file }

# 人员与令牌
users-unknown = 没有登录名为“{ $login }”的人。
users-password = 登录名：{ $login }  一次性口令：{ $password }
tokens-issued = 只显示这一次；对接系统以“Authorization: Bearer …”发送。
tokens-no-unit = 没有代码为“{ $unit }”的单位。
tokens-unknown = 没有以“{ $prefix }”开头的有效令牌。请看 wanqi tokens list。
tokens-revoked = { $name } 的令牌已吊销。
tokens-prefix = 开头
tokens-name = 系统
tokens-unit = 单位
tokens-scopes = 权限
tokens-since = 签发
tokens-until = 到期
tokens-state = 状态
tokens-valid = 有效
tokens-over = 失效

# 审计
audit-whole = 审计链完整：{ $n } 条，最新散列 { $head }
audit-broken = 审计链从第 { $entry } 条起断开：{ $why }。之前 { $good } 条无误。
audit-changed = 内容与封存时不符
audit-missing = 此条缺失
audit-moved = 此条不在原位
audit-cut-off = 链尾被截去
audit-head-missing = 链头缺失

# 复制、备份、恢复、体检
copy-same = 来源和目标是同一个数据库。
copy-progress = { $table }：{ $done }
copy-done = 已复制并核对 { $tables } 张表、{ $rows } 行。
copy-unnoted = 这里没有 { $file }，不知道新数据库归哪一套安装，审计锚点没有写入文件；第一次启动时会记下。
copy-next = 请把配置里的 database 改成新地址。附件仍在原处。
copy-chain-broken = 注意：来源的审计链在第 { $entry } 条已经断开，按原样复制。
backup-done = { $file }：数据库和 { $files } 个附件，{ $size } MB
backup-missing = 备份完整，但磁盘上少了 { $n } 个附件，如 { $first }。请运行 wanqi doctor。
restore-done = 已恢复{ $county }，备份时间 { $made }（{ $size } MB）。
restore-head = 审计链 { $n } 条，最新散列 { $head }，请与另行记下的核对。
restore-config = 备份里的配置放在 { $file }，不会自动启用。
doctor-mark-ok = 正常
doctor-mark-warn = 注意
doctor-mark-fail = 有误

# 示范
demo-port-busy = { $address } 已被占用。换个端口试试：wanqi demo --port 8081
demo-making = 正在 { $dir } 生成示范县……
demo-kept = 使用 { $dir } 里的示范县（--fresh 重新生成）。
demo-not-demo = { $dir } 里不是示范县，没有动它。请用 --dir 换一个文件夹。
demo-ready = 请用浏览器打开 { $url }，选一个角色进入。内容均为虚构。按 Ctrl-C 停止。
demo-folder = 文件夹 { $dir } 用不了：{ $reason }。请用 --dir 换一个。

stats-ends-first = 时段的止日早于起日。请把较早的日期写在 --from，较晚的写在 --to。
import-progress = 已核对 { $rows } 行
import-warning = 提示：{ $text }
import-warnings = 共 { $n } 处提示，不影响导入。
import-enterprises-done = 新增企业 { $added } 家，更新 { $changed } 家，未变 { $same } 家。
import-place = 第 { $row } 行“{ $column }”是“{ $value }”：{ $expected }
import-place-sheet = { $sheet } 第 { $row } 行“{ $column }”是“{ $value }”：{ $expected }
help-arg-accept-codes = 校验位不符的统一社会信用代码也导入，并给出提示
help-arg-packs = 规则包文件，或内置规则包的代码
help-arg-pack = 规则包文件，或内置规则包的代码
help-arg-before = 旧的规则包
help-arg-after = 新的规则包
help-arg-out = 结果文件（.parquet、.csv、.xlsx）
help-arg-count = 只统计各种结果的数量，不写出每户结果
help-arg-outputs = 只要这些结果，写结果的名称，用逗号分开
help-arg-id = 文件里的哪一户企业，写它的 id
help-arg-threads = 使用的线程数（默认：全部）
help-arg-on = 按哪一天的规则计算（默认：今天；规则包今天未施行的，取离今天最近的施行日）
help-arg-dialect = 目标引擎
help-arg-table = 事实所在的表或视图，每个事实代码一列
help-arg-key = 标识一行的列
import-accept-hint = 如果代码确实如此，可加 --accept-codes 导入，只作提示。
help-import-facts = 各部门报送的企业指标（csv 或 xlsx，每户一行，每列一项指标）
help-export = 导出文件
help-export-facts = 企业指标，每户一行，供 wanqi rules run 使用
help-arg-facts-on = 按哪一天取数：上年度的只取那天之前一年的（默认：今天）
help-arg-period = 期间：年、季度或月份，如 2025、2025Q3、2025-06
help-arg-source = 数据来源：部门或报表名称（不写则按指标目录的部门）
help-arg-as-of = 数据截至哪一天（不写则按期末）
import-facts-done = 已核对 { $rows } 行：新增 { $added } 项，更新 { $changed } 项，未变 { $same } 项。
export-facts-elsewhere = “{ $fact }”：{ $n } 户没有 { $wanted } 的值，只有别的期间的（最近一期：{ $period }），留空
export-facts-undated = “{ $fact }”：{ $n } 户没有 { $wanted } 的值，只有没写期间的，留空
export-facts-done = { $file }：{ $rows } 户企业，{ $facts } 项指标

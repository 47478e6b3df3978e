# Words that all pages share.
brand = 万企
skip-to-main = 跳到正文
nav-main = 主导航
nav-menu = 菜单
search-label = 搜索
search-placeholder = 搜索企业、诉求编号、统一社会信用代码
language-switch = 语言
account-menu = { $name } 的菜单
sign-out = 退出登录
sign-out-everywhere = 退出所有设备
my-account = 我的账号
demo-banner = 演示环境：数据均为虚构。
breadcrumb = 所在位置

# Buttons.
save = 保存
cancel = 取消
close = 关闭
back = 返回
apply = 应用
export = 导出
print = 打印
copy = 复制
copied = 已复制
confirm = 确定
clear-filters = 清除筛选
select-all = 全选
select-row = 选择这一行
filters = 筛选

# Lights.
light-on-time = 正常
light-due-soon = 临期
light-late = 超期
light-waiting = 等待
light-done = 办结

# Lists.
sort-by = 按“{ $title }”排序
pager = 翻页
page-previous = 上一页
page-next = 下一页

# Forms.
error-summary =
    { $n ->
       *[other] 有 { $n } 处需要修改
    }
error-summary-item = { $field }：{ $error }
field-optional = 选填
choose = 请选择
choose-typing = 输入名称或拼音首字母
boxes-find = 输入名称或拼音首字母查找
boxes-found = 找到 # 个
boxes-none = 没有找到
name-en-hint = 不填时英文页面用中文名称
draft-restored = 已恢复您上次未提交的内容。
draft-discard = 清空重填
working = 正在处理…

# A clock as days.
days-counted = 计入
days-off = 不计（休息日）
days-paused = 暂停
days-ahead = 未到
make-up-mark = 班
day-make-up = 调休上班
day-today = 今天
day-due = 到期日
day-column-date = 日期
day-column-kind = 计法
day-column-note = 说明
days-table = 逐日核对

# Charts.
chart-table = 看数据表
chart-month = 月份
chart-received = 新受理
chart-closed = 办结
chart-late = 超期

# Spans of time.
left-working-days = 还剩 { $n } 个工作日
left-little = 还剩不足 1 个工作日
left-hours = 还剩 { $n } 小时
late-days = 超期 { $n } 个工作日
late-little = 超期不足 1 个工作日
working-days = { $n } 个工作日
due-today = 今天到期

weekday-1 = 周一
weekday-2 = 周二
weekday-3 = 周三
weekday-4 = 周四
weekday-5 = 周五
weekday-6 = 周六
weekday-7 = 周日
weekday-short-1 = 一
weekday-short-2 = 二
weekday-short-3 = 三
weekday-short-4 = 四
weekday-short-5 = 五
weekday-short-6 = 六
weekday-short-7 = 日
month-1 = 1月
month-2 = 2月
month-3 = 3月
month-4 = 4月
month-5 = 5月
month-6 = 6月
month-7 = 7月
month-8 = 8月
month-9 = 9月
month-10 = 10月
month-11 = 11月
month-12 = 12月

# 登录与账号
programme = 万人助万企
sign-in = 登录
sign-in-title = 登录
sign-in-login = 账号
sign-in-password = 密码
sign-in-enterprise = 企业不登录也能反映问题、查办理进度。
desk-line = 服务专班电话
desk-line-hours = { $phone }（{ $hours }）
sign-in-raise = 反映问题
sign-in-follow = 查进度
demo-title = 演示：选一个身份进入
demo-text = 数据由程序生成，没有真实的企业和个人。
account-password = 修改密码
account-old = 现在的密码
account-new = 新密码
account-new-hint = 至少 10 个字符，不要用姓名、账号。
account-again = 再输一次新密码
account-change = 修改
account-first = 请先设置自己的密码
account-first-text = 您现在用的是别人给的一次性密码。设置好自己的密码后，用新密码登录即可使用。
account-changed = 密码已修改，请用新密码登录。
signed-out-everywhere = 已在所有设备上退出。
to-start = 回到首页
to-form = 重新打开刚才的页面

# 出错时
error-title-forbidden = 没有权限
error-title-expired = 页面已失效
error-title-missing = 没有找到
error-title-conflict = 情况已有变化
error-title-wait = 请稍后再试
error-title-away = 暂时无法办理
error-title-ours = 程序出错了
error-title-wrong = 提交的内容有问题
typed-kept = 您刚才填写的内容（可复制）
error-next-expired = 什么都没有提交。请重新打开刚才的页面，把下面的内容粘贴回去再提交。
error-next-forbidden = 如果您应当有此权限，请联系管理员。
error-next-missing = 请核对编号或链接，也可以从首页进入。
error-next-conflict = 请返回上一页刷新后再试，您输入的内容仍在浏览器中。
error-next-wait = 过一会儿再试即可。
error-next-away = 没有保存任何内容，请过几分钟再试。
error-next-ours = 没有保存任何内容。请再试一次，仍不行请联系管理员。
error-next-wrong = 请返回上一页改正后再提交。
error-not-found = { $what ->
    [request] 没有这件诉求，或您无权查看。
    [need] 没有这件诉求，或您无权查看。
    [enterprise] 没有这家企业，或您无权查看。
    [unit] 没有这个单位。
    [person] 没有这个人员。
    [page] 没有这个页面。
   *[other] 没有您要的内容，或您无权查看。
 }
error-not-allowed = 您的身份不能进行这项操作。
error-form-expired = 页面停留太久，或者登录状态变了，刚才的提交没有收下。
error-form-elsewhere = 这份表单不是从本站页面提交的，没有收下。请在本站打开页面后重新提交。
error-form-many = 表单超过 { $most } 项，本站没有这么多项的表单，没有收下。
error-form-files = 一次最多上传 { $most } 个文件。请少选几个，再提交一次。
error-uploads-busy = 正在上传的文件太多，这次没有收下。请过几分钟再提交。
error-invalid-fields = 有几处需要改正。
error-required = 请填写。
error-choose = 请选择。
error-too-long = 最多 { $limit } 个字，现在是 { $length } 个字。
error-too-large = 文件或内容太大，最多 { $limit }。
error-too-many = 操作太频繁，请在 { $minutes } 分钟后再试。
error-method-not-allowed = 这个地址不支持这种操作。
error-bad-request = 请求的格式不对。
error-bad-json = JSON 内容有误：{ $detail }
error-not-utf8 = 内容不是 UTF-8 编码。
error-upload-broken = 文件没有传完，请重新上传。
error-timeout = 处理时间太长，已停止，没有保存任何内容。
error-internal = 出现了意外错误，已记录。
error-unavailable = 系统暂时不可用，没有保存任何内容。
error-database-unavailable = 数据库暂时不可用，没有保存任何内容。
error-database-read-only = 数据库目前只能读取，没有保存任何内容，请联系管理员。
error-write-failed = 写入没有成功，没有保存任何内容，请重试。
error-disk-full = 磁盘已满，没有保存任何内容，请联系管理员清理空间。
error-storage = 文件无法保存，请联系管理员。
error-exists-already = 已经有相同的记录。
error-still-in-use = 还有其他记录在使用它，不能删除。
error-changed-meanwhile = 您打开页面之后，别人已经修改过，请看新内容后再提交。
error-token-unknown = 缺少访问令牌，或令牌无效、已过期、已吊销。
error-password-first = 请先在网页上把一次性密码改成自己的密码。
error-password-same = 新密码不能和现在的密码一样。
error-password-wrong = 密码不对。
error-password-differs = 两次输入的新密码不一样。
error-export-too-long = 共 { $rows } 行，Excel 一张表最多放 { $limit } 行。请先缩小筛选范围，分几次导出。

carried-title = 您写好的内容还在
carried-text = 登录已过期，刚才的提交没有收下。请在下面重新登录，登录后回到原来的表单，内容已经填好；附件要重新选择。
carried-guest = 不登录，接着填写
brought-back-title = 登录成功
brought-back-text = 您刚才填写的内容已带回。点下面的按钮回到表单，核对后再提交。
brought-back-go = 回到表单
form-resumed-flash = 登录或页面过期了，刚才什么都没有提交。您填写的内容都在下面，请核对后再提交；附件要重新选择。
error-form-resumed = 请核对后再次提交。
signed-out-here = 登录已过期，您填写的内容已留在本机。
signed-out-link = 重新登录后接着填写

# Telephone numbers.
contact-title = 联系电话
contact-show = 显示号码
contact-noted = 查看完整号码已记入审计。
contact-mask-hint = 号码中间几位隐去：保持不变即沿用原号码；要更换，请输入完整的新号码。
error-uploads-full = 服务器的空间不多了，暂时不收附件。请先提交文字，附件以后再补。

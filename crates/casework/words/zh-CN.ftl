# 诉求：各页共用的词
nav-desk = 收件箱
nav-overview = 总览
nav-queue = 我的办件
nav-helped = 我的企业
nav-my = 我的问题
nav-requests = 诉求

state-draft = 草稿
state-submitted = 待受理
state-returned = 已退回
state-accepted = 待交办
state-assigned = 待签收
state-in-progress = 办理中
state-waiting = 等企业补件
state-answered = 待回访
state-closed = 已销号
state-withdrawn = 企业撤回

grade-ordinary = 一般
grade-key = 重点
grade-hard = 疑难

level-township = 乡镇
level-county = 县级
level-city = 市级
level-province = 省级

source-web = 网页
source-qr = 扫码
source-visit = 走访
source-wechat-group = 微信群
source-hotline = 热线
source-platform = 平台
source-handed-down = 上级交办
source-import = 台账导入
source-api = 系统对接

outcome-resolved = 已解决
outcome-planned = 列入计划
outcome-not-possible = 解释说明
outcome-withdrawn = 企业撤回
outcome-not-reachable = 联系不上

result-satisfied = 满意
result-basically-satisfied = 基本满意
result-dissatisfied = 不满意
result-not-reached = 未接通

act-desk-accept = 专班受理
act-desk-assign = 专班交办
act-unit-sign = { $unit }签收
act-unit-answer = { $unit }答复
act-co-answer = 还等{ $unit }（协办），{ $due } 前答复
act-enterprise-papers = 企业补件
act-desk-call-back = 专班回访
act-desk-review = 专班复查
act-nobody = 已办结

pill-done-late = 超期办结
pill-review-due = 复查到期

error-already-submitted = 这件诉求已经提交过了。
error-already-waiting = 已经在等企业补件了。
error-answer-untried = 还不能答复“联系不上”：要在 { $wanted } 个不同的工作日、上班时间各联系过一次，现在记了 { $days } 天（同一天几次只算一次）。每次没接通，请用下面的“记一次联系未成”记下；联系上了，请按实际结果答复。
error-assignment-answered = 这个单位已经答复过了。
error-assignment-unknown = 没有这项交办，可能已被撤回或改派。
error-call-back-by-handler = 回访不能由答复的人或答复单位自己做，请换人回访。
error-close-unconfirmed = 还没有得到企业确认，不能销号。请先回访；一直打不通的，要在 { $wanted } 个不同的工作日、上班时间各打过一次，现在有 { $days } 天（同一天打几次只算一次）。
error-duplicate-unit = 这个单位已经在办这件诉求了。
error-explanation-missing = 请写明理由，企业会看到。
error-extension-late = 延期要在到期前至少 1 个工作日申请。
error-extension-none-asked = 没有等待批准的延期申请。
error-extension-pending = 已有一份延期申请等待批准。
error-extension-used = 只能延期一次，这件已经延过期。
error-lead-first = 请先指定牵头单位。
error-lead-present = 已经有牵头单位了，要更换请先撤回原来的交办。
error-limit-missing = 没有设置对应的办理时限，请管理员在“时限”中补上。
error-need-missing = 没有这件诉求。
error-not-classified = 请先分类定级。
error-not-rated = 没有可以收回的“解决了”。
error-nothing-changed = 没有任何改动。
error-number-out-of-range = 数字超出了允许的范围。
error-object-late = 已过了提出异议的期限。
error-rating-final = “解决了”在 { $until } 前可以收回，现在已经过了。还没有解决的，销号后可以提出异议。
error-refuse-arbitrated = 已被退回两次，由专班裁定，不能再退。
error-refuse-late = 已过了退回的期限，请办理或申请改派。
error-wrong-state = 诉求现在的状态不能这样操作，可能别人刚处理过。
error-zero-limit = 时限不能为零。
error-file-type = “{ $name }”不是照片、PDF 或 Office 文件，不能上传。
due-provisional = { $due }（暂定）

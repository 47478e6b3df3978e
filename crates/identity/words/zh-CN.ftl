role-enterprise = 企业联系人
role-helper = 助企干部
role-handler = 承办人员
role-desk = 专班人员
role-leader = 领导
role-analyst = 分析员
role-admin = 管理员
role-system = 对接系统

unit-kind-province = 省
unit-kind-city = 市
unit-kind-county = 县（市、区）
unit-kind-department = 部门
unit-kind-township = 乡镇（街道）
unit-kind-park = 园区
unit-kind-desk = 专班

scope-enterprises-read = 查询企业
scope-requests-read = 查询诉求
scope-requests-write = 提交诉求
scope-figures-read = 查询统计数据

error-sign-in-refused = 账号或密码不正确，请核对后重试。忘记密码请联系管理员重置。
error-role-unknown = 没有“{ $role }”这个角色。
error-unit-kind-unknown = 没有“{ $kind }”这种单位类型。
error-unit-below-itself = 不能把“{ $unit }”移到它自己下面，请选择其他上级单位。
error-unit-code-form = 请用 1 至 40 个小写字母、数字或连字符。
error-taken = 已被占用，请换一个。
error-login-form = 请用 2 至 40 个小写字母、数字或 . _ - @ 字符。
error-ends-before-start = 结束日期早于开始日期。
error-role-needs-place = 企业联系人须指定企业，其他角色须指定单位。
error-scope-unknown = 没有“{ $scope }”这项权限。
error-in-the-past = 时间已过，请选择以后的时间。
error-password-too-short = 密码至少 10 个字符，可用几个好记的词组成。
error-password-too-long = 密码不超过 200 个字符。
error-password-like-login = 密码与账号或姓名太接近，请换一个。
error-password-common = 这个密码太常见，容易被猜中，请换一个。

audit-broken-changed = 有记录在写入后被改动。
audit-broken-missing = 有记录缺失。
audit-broken-moved = 记录次序与写入时不一致。
audit-broken-cut-off = 最新的记录缺失。
audit-broken-head-missing = 链首记录缺失。

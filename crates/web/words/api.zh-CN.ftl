### 接口（API）：参数有误时的说明，以及接口说明页

error-unknown-parameter = 没有这个参数或字段，请对照接口说明检查拼写。
error-given-twice = 这个参数出现了两次，请只保留一个。
error-wrong-type = 格式不对，应为：{ $wanted }。
error-out-of-range = 应为 { $from } 到 { $to } 之间的整数。
error-one-of = 只能是以下之一：{ $words }。
error-control-character = 含有不可见的控制字符，请删除后再发送。
error-cursor = 不是接口给出的翻页位置。请原样使用上一页返回的 next 地址。
error-media-type = 请求体应为 JSON，请把 Content-Type 设为 application/json。
error-scope-missing = 这个令牌没有“{ $scope }”权限。如确需使用，请联系管理员重新签发。

api-title = 接口说明
api-intro = 供兄弟系统读取和提交数据。所有地址以 { $base } 开头；请求头带上管理员签发的令牌：Authorization: Bearer 令牌。
api-errors = 出错时返回 RFC 9457 格式的说明（application/problem+json），请按其中的 code 判断，不要按文字判断。
api-paging = 列表按位置翻页：返回中的 next 是下一页的地址，为 null 表示到底。
api-document = 下载 OpenAPI 文件
api-scope = 需要权限
api-parameters = 参数
api-body = 请求体
api-answers = 返回
api-example = 示例
api-schemas = 数据结构
api-name = 名称
api-in = 位置
api-type = 类型
api-about = 说明
api-status = 状态码
api-required = 必填
api-contents = 目录

### 各处共用的数据格式的错误提示；键为 error- 加错误代码

error-number-empty = 请填写数字。
error-number-form = 请填写数字，如 1,234.56；有单位的请写在数字后面，如 120 万元、12.5 亩。
error-number-grouping = 千位逗号的位置不对，应为每三位一个，如 1,234,567。
error-number-too-fine = 小数位数过多，请减少。
error-number-too-large = 数字过大，请核对单位。
error-phone-empty = 请填写联系电话。
error-phone-characters = 电话号码只能有数字、空格和短横线；有多个号码时只填一个。
error-phone-no-area-code = 固定电话请加区号，如 0373-8812345。
error-phone-form = 请填写 11 位手机号，或带区号的固定电话。
error-credit-code-empty = 请填写统一社会信用代码。
error-credit-code-length = 统一社会信用代码应为 18 位，请核对是否多填或漏填。
error-credit-code-character = 统一社会信用代码只含数字和大写字母，且不用 I、O、S、V、Z；请核对是否把 0 写成 O、把 1 写成 I。
error-division-form = 行政区划代码应为 6、9 或 12 位数字。
error-industry-form = 行业代码应为门类字母、2 至 4 位数字，或两者相连，如 C3963。
error-industry-unknown = 《国民经济行业分类》（GB/T 4754-2017）中没有这个代码，可能是 2011 年版的旧代码。
error-industry-section = 门类字母与后面的数字不符，请核对。
error-period-form = 请填写年、季度或月份，如 2026、2026-Q4、2026-11。
error-date-empty = 请填写日期。
error-date-form = 请填写日期，如 2026-11-05、2026年11月5日或 20261105。
error-date-short-year = 年份请写四位，如 2026-11-05。
error-date-no-year = 请写明年份，如 2026年11月5日。
error-date-no-such-day = 没有这一天，请核对年、月、日。
error-date-time = 请按 24 小时制填写时间，如 14:30。

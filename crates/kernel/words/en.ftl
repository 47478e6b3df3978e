### Errors of data formats used everywhere; the key is error- and the code

error-number-empty = Enter a number.
error-number-form = Enter a number such as 1,234.56, with its unit after it if it has one: 120 万元, 12.5 亩.
error-number-grouping = Commas belong after every third digit, as in 1,234,567.
error-number-too-fine = Use fewer decimal places.
error-number-too-large = This number is too large. Check its unit.
error-phone-empty = Enter a telephone number.
error-phone-characters = Use only digits, spaces and dashes, and only one number.
error-phone-no-area-code = Add the area code of the landline, as in 0373-8812345.
error-phone-form = Enter a mobile number of 11 digits, or a landline with its area code.
error-credit-code-empty = Enter the unified social credit code.
error-credit-code-length = A unified social credit code has 18 characters. Check for missing or extra ones.
error-credit-code-character = A unified social credit code has only digits and capitals, without I, O, S, V and Z. Check for O instead of 0 or I instead of 1.
error-division-form = A division code has 6, 9 or 12 digits.
error-industry-form = Enter a section letter, 2 to 4 digits, or both, as in C3963.
error-industry-unknown = GB/T 4754-2017 has no such code. It may be one of the 2011 edition.
error-industry-section = The section letter does not fit the digits after it.
error-period-form = Enter a year, quarter or month, as in 2026, 2026-Q4 or 2026-11.
error-date-empty = Enter a date.
error-date-form = Enter a date such as 2026-11-05, 2026年11月5日 or 20261105.
error-date-short-year = Write the year with four digits, as in 2026-11-05.
error-date-no-year = Add the year, as in 2026年11月5日.
error-date-no-such-day = There is no such day. Check year, month and day.
error-date-time = Enter the time in 24 hours, as in 14:30.

role-enterprise = Enterprise contact
role-helper = Named helper
role-handler = Handler
role-desk = Service desk
role-leader = Leader
role-analyst = Analyst
role-admin = Administrator
role-system = Neighbouring system

unit-kind-province = Province
unit-kind-city = City
unit-kind-county = County
unit-kind-department = Department
unit-kind-township = Township
unit-kind-park = Park
unit-kind-desk = Service desk

scope-enterprises-read = Read enterprises
scope-requests-read = Read requests
scope-requests-write = Raise requests
scope-figures-read = Read figures

error-sign-in-refused = User name or password is wrong. Check both and try again. If you have forgotten your password, ask your administrator for a new one.
error-role-unknown = There is no role “{ $role }”.
error-unit-kind-unknown = There is no kind of unit “{ $kind }”.
error-unit-below-itself = “{ $unit }” cannot be put below itself. Choose a unit outside of it.
error-unit-code-form = Use 1 to 40 lower-case letters, digits or hyphens.
error-taken = This is taken already. Choose another.
error-login-form = Use 2 to 40 lower-case letters, digits or the characters . _ - @.
error-ends-before-start = The last day is before the first day.
error-role-needs-place = An enterprise contact needs an enterprise; every other role needs a unit.
error-scope-unknown = There is no permission “{ $scope }”.
error-in-the-past = This lies in the past. Choose a later time.
error-password-too-short = Use at least 10 characters. Four words you can remember are a good password.
error-password-too-long = Use at most 200 characters.
error-password-like-login = The password is too close to your login or name. Choose another.
error-password-common = This password is among the first that are guessed. Choose another.

audit-broken-changed = An entry was changed after it was written.
audit-broken-missing = An entry is missing.
audit-broken-moved = Entries are not in the order in which they were written.
audit-broken-cut-off = The newest entries are missing.
audit-broken-head-missing = The head of the chain is missing.

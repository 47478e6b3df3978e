### The API: what is wrong with a parameter, and the page that describes it

error-unknown-parameter = There is no such parameter or field. Check its spelling against the description of the API.
error-given-twice = This parameter is there twice. Send it once.
error-wrong-type = The form is wrong; expected: { $wanted }.
error-out-of-range = A whole number from { $from } to { $to } is expected.
error-one-of = One of these is expected: { $words }.
error-control-character = It contains invisible control characters. Remove them and send again.
error-cursor = This is no place the API has given. Use the next address of the page before as it is.
error-media-type = The body must be JSON. Set Content-Type to application/json.
error-scope-missing = This token does not have the scope “{ $scope }”. If it should, ask an administrator to issue another.

api-title = API
api-intro = For neighbouring systems to read and to submit. All addresses begin with { $base }; send the token an administrator issued in the header Authorization: Bearer TOKEN.
api-errors = Errors come as RFC 9457 problems (application/problem+json). Decide by their code, not by their text.
api-paging = Lists are paged by position: next is the address of the following page, or null at the end.
api-document = Download the OpenAPI file
api-scope = Scope
api-parameters = Parameters
api-body = Body
api-answers = Answers
api-example = Example
api-schemas = Schemas
api-name = Name
api-in = In
api-type = Type
api-about = Description
api-status = Status
api-required = required
api-contents = Contents

-- One and the same order, again and again; the first argument is the access token.
function init(args)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json;charset=UTF-8"
  wrk.headers["Authorization"] = "Bearer " .. args[1]
  wrk.headers["api-id"] = "kt10000"
  wrk.body = args[2]
end

function done(summary, latency, requests)
  local e = summary.errors
  local errors = e.connect + e.read + e.write + e.status + e.timeout
  io.write(string.format("counted %d %d %d\n", summary.requests, summary.duration, errors))
end

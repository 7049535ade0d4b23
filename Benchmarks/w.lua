-- The workloads of Programs/ for Lua 5.4: lua5.4 w.lua NAME prints nanoseconds and result as JSON. Lua has no JSON of its own.

local work = {}

function work.w1()
  local sum = 0
  for _ = 1, 10 do
    for i = 0, 999999 do
      sum = sum + i * 2 % 7
    end
  end
  return sum
end

-- LuaJIT has one kind of number, and no `//`.
local halve = _VERSION == "Lua 5.1" and "m / 2" or "m // 2"
work.w2 = (loadstring or load)([[
  local steps = 0
  for i = 1, 29999 do
    local m = i
    while m ~= 1 do
      if m % 2 == 0 then
        m = ]] .. halve .. [[
      else
        m = m * 3 + 1
      end
      steps = steps + 1
    end
  end
  return steps
]])

function work.w3()
  local limit = 1000000
  local prime = {}
  for i = 1, limit do
    prime[i] = true
  end
  local i, count = 2, 0
  while i < limit do
    if prime[i + 1] then
      count = count + 1
      local j = i * i
      while j < limit do
        prime[j + 1] = false
        j = j + i
      end
    end
    i = i + 1
  end
  return count
end

local function split(text, separator)
  local parts, start = {}, 1
  while true do
    local first, last = text:find(separator, start, true)
    if not first then break end
    parts[#parts + 1] = text:sub(start, first - 1)
    start = last + 1
  end
  parts[#parts + 1] = text:sub(start)
  return parts
end

function work.w4()
  local items = {}
  for i = 0, 999999 do
    items[#items + 1] = "item" .. i
  end
  local line = table.concat(items, ",")
  local parts = split(line, ",")
  return #table.concat(parts, "; ")
end

function work.w5()
  local names, counts = {}, {}
  for i = 0, 99 do
    names[i + 1] = "key" .. i
    counts[names[i + 1]] = 0
  end
  for i = 0, 999999 do
    local key = names[i % 100 + 1]
    counts[key] = counts[key] + 1
  end
  return counts[names[8]]
end

function work.w6()
  local records = {}
  for i = 0, 199999 do
    records[#records + 1] = { id = i, group = i % 10, score = i * 3 % 101, name = "nm" }
  end
  local chosen = {}
  for _, record in ipairs(records) do
    if record.score > 50 then chosen[#chosen + 1] = record end
  end
  local total = 0
  for _, record in ipairs(chosen) do
    total = total + record.score
  end
  return total
end

function work.w8()
  local n = 120
  local a, b, c = {}, {}, {}
  for i = 1, n do
    a[i], b[i], c[i] = {}, {}, {}
    for j = 1, n do
      a[i][j] = ((i - 1) * 3 + j - 1) % 11
      b[i][j] = ((i - 1) * 5 + j - 1) % 11
      c[i][j] = 0
    end
  end
  for i = 1, n do
    for j = 1, n do
      local z = 0
      for k = 1, n do
        z = z + a[i][k] * b[k][j]
      end
      c[i][j] = z
    end
  end
  return c[n][n]
end

local function thousand()
  local base = {}
  for i = 0, 999 do
    base[i + 1] = i
  end
  return base
end

function work.w9a()
  local base, sum = thousand(), 0
  for i = 0, 19999 do
    local copy = table.move(base, 1, 1000, 1, {})
    copy[i % 1000 + 1] = 1
    sum = sum + copy[6]
  end
  return sum
end

function work.w9b()
  local base, sum = thousand(), 0
  for _ = 1, 2 do
    for i = 0, 999999 do
      base[i % 1000 + 1] = i
      sum = sum + base[6]
    end
  end
  return sum
end

local function fib(n)
  if n < 2 then
    return n
  end
  return fib(n - 1) + fib(n - 2)
end

function work.w10()
  return fib(27)
end

local function numbers(count, make)
  local list, seed = {}, 1
  for i = 1, count do
    seed = seed * 16807 % 2147483647
    list[i] = make(seed, i - 1)
  end
  return list
end

-- The sort of Lua changes its table, so each turn sorts a copy.
function work.w11a()
  local xs, total = numbers(1000000, function(seed) return seed end), 0
  for i = 0, 4 do
    local ys = table.move(xs, 1, #xs, 1, {})
    table.sort(ys)
    total = total + ys[i * 1000 + 1]
  end
  return total
end

function work.w11b()
  local xs, total = numbers(1000000, function(seed) return "key " .. seed end), 0
  for i = 0, 2 do
    local ys = table.move(xs, 1, #xs, 1, {})
    table.sort(ys)
    total = total + #ys[i * 1000 + 1]
  end
  return total
end

function work.w12()
  local rows = numbers(100000, function(seed, i) return { group = seed % 1000, value = i } end)
  table.sort(rows, function(a, b) return a.group < b.group end)
  local groups, last = {}, nil
  for _, row in ipairs(rows) do
    if row.group ~= last then
      last = row.group
      groups[#groups + 1] = { group = last, total = 0 }
    end
    groups[#groups].total = groups[#groups].total + row.value
  end
  table.sort(groups, function(a, b) return a.total > b.total end)
  return groups[1].total + #groups
end

function work.w13()
  local names, places = {}, {}
  for i = 0, 999999 do
    names[i + 1] = "key" .. i
  end
  for i = 0, 999999 do
    places[names[i + 1]] = i
  end
  local total, count = 0, 0
  for i = 0, 999999 do
    total = total + places[names[i * 7919 % 1000000 + 1]]
  end
  for _ in pairs(places) do
    count = count + 1
  end
  return total + count
end

function work.w14()
  local a = { b = { c = { d = {} } } }
  for i = 0, 99 do
    a.b.c.d[i + 1] = { e = i }
  end
  for i = 0, 999999 do
    a.b.c.d[i % 100 + 1].e = a.b.c.d[(i + 1) % 100 + 1].e + 1
  end
  return a.b.c.d[8].e
end

function work.w15()
  local total = 0
  for i = 0, 499999 do
    total = total + #string.format("order %d: %d of %s", i, i % 7, "paper")
  end
  return total
end

function work.w16()
  local line, total = "17,paper,white,A4,500,3.99,Ulm,open", 0
  for _ = 1, 200000 do
    local fields = split(line, ",")
    fields[1] = "18"
    total = total + #table.concat(fields, "; ")
  end
  return total
end

function work.w17()
  local rows = numbers(300000, function(seed, i) return { city = "city " .. seed % 1000, value = i } end)
  local groups, count = {}, 0
  for _, row in ipairs(rows) do
    local group = groups[row.city]
    if not group then
      group = { count = 0, total = 0 }
      groups[row.city] = group
      count = count + 1
    end
    group.count = group.count + 1
    group.total = group.total + row.value
  end
  return groups["city 7"].total + groups["city 8"].count + count
end

function work.find(document)
  local count, last = 0, nil
  local at = document:find("ERROR", 1, true)
  while at do
    count = count + 1
    last = at
    at = document:find("ERROR", at + 5, true)
  end
  return count + last - 1
end

function work.lines(document)
  local lines, count = split(document, "\n"), 0
  for _, line in ipairs(lines) do
    if line:find("ERROR", 1, true) then count = count + 1 end
  end
  return #lines + count
end

function work.replace(document)
  return #document:gsub("INFO", "information")
end

function work.slice(document)
  local total = 0
  for i = 0, 99999 do
    local part = document:sub(i * 900 + 1, i * 900 + 20)
    if part:sub(1, 1) == "2" then total = total + #part end
  end
  return total
end

-- The least time of a compilation and a run, of many.
function work.tiny(source)
  local least, result = math.huge, nil
  for _ = 1, 2000 do
    local start = os.clock()
    result = (loadstring or load)(source)()
    least = math.min(least, os.clock() - start)
  end
  return result, least
end

local document
if arg[2] then
  local file = assert(io.open(arg[2], "rb"))
  document = file:read("*a")
  file:close()
end
local start = os.clock()
local result, least = work[arg[1]](document)
print(string.format('{"ns": %.0f, "result": %s}', (least or os.clock() - start) * 1e9, result))

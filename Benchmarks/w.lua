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

local start = os.clock()
local result = work[arg[1]]()
print(string.format('{"ns": %.0f, "result": %s}', (os.clock() - start) * 1e9, result))

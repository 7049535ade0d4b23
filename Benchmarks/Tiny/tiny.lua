-- Programs/tiny.lash for Lua.
local prices = { 4.5, 12, 0.75, 20 }
local counts = { 3, 1, 10, 2 }
local total = 0
for i = 1, 4 do total = total + prices[i] * counts[i] end
local discount = total > 50 and 0.1 or 0
local note = string.format("%d items, %s off", #prices, discount)
local order = { total = total * (1 - discount), note = note }
order.urgent = note:find("off", 1, true) and order.total > 40
local label = order.note:sub(1, 7):upper()
return order.total + #label

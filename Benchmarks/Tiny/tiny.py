# Programs/tiny.lash for CPython, Monty and Starlark.
prices = [4.5, 12, 0.75, 20]
counts = [3, 1, 10, 2]
total = 0
for i in range(4): total += prices[i] * counts[i]
discount = 0.1 if total > 50 else 0
note = "{} items, {} off".format(len(prices), discount)
order = {"total": total * (1 - discount), "note": note}
order["urgent"] = "off" in note and order["total"] > 40
label = order["note"][0:7].upper()
result = order["total"] + len(label)

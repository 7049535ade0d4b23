// Programs/tiny.lash for JavaScript: the body of a function.
const prices = [4.5, 12, 0.75, 20];
const counts = [3, 1, 10, 2];
let total = 0;
for (let i = 0; i < 4; i++) total += prices[i] * counts[i];
const discount = total > 50 ? 0.1 : 0;
const note = `${prices.length} items, ${discount} off`;
const order = { total: total * (1 - discount), note };
order.urgent = note.includes("off") && order.total > 40;
const label = order.note.slice(0, 7).toUpperCase();
return order.total + label.length;

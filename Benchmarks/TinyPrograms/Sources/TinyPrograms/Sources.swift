/// The programs that are measured.
enum Sources {
    /// As an agent writes them: 30 lines that read a document, choose, compute, and report.
    static let block = """
        # Which orders wait too long, and what they are worth.
        limit = 3
        waiting = []
        by_city = {}
        for order in orders {
          if order.state != "open" { continue }
          days = today - order.day
          if days <= limit { continue }
          total = 0
          for item in order.items {
            price = item.price * item.count
            if item.count >= 10 {
              price = price * 0.9
            }
            total = total + price
          }
          waiting = push(waiting, {id: order.id, city: order.city, days: days, total: total})
          if not contains(by_city, order.city) {
            by_city[order.city] = {orders: 0, total: 0}
          }
          by_city[order.city].orders = by_city[order.city].orders + 1
          by_city[order.city].total = by_city[order.city].total + total
        }
        worst = sort_by(waiting, "days", "desc")
        lines = [format("{}: {} days, {} EUR", order.id, order.days, order.total) for order in slice(worst, 0, 5)]
        if empty(worst) {
          finish {text: "nothing waits", by_city: by_city}
        }
        text = join(lines, "; ")
        finish {text: text, by_city: by_city, worst: worst[0].id}
        """

    /// What the block reads: a dozen orders.
    static let orders = """
        [\((0..<12).map(order).joined(separator: ","))]
        """

    private static func order(_ number: Int) -> String {
        let items = (0..<(1 + number % 3)).map { "{\"price\":\(4 + $0),\"count\":\(3 + $0 * 5)}" }
        return """
            {"id":"A\(number)","city":"\(["Ulm", "Bonn", "Jena"][number % 3])","state":"\(number % 4 == 0 ? "done" : "open")",\
            "day":\(number),"items":[\(items.joined(separator: ","))]}
            """
    }

    /// Runs ten instructions and keeps a variable.
    static let tenInstructions = """
        a = 1
        b = a + 2
        c = b * 3
        d = c - a
        e = d > 4
        f = not e
        g = [a, b]
        h = g[1]
        finish h
        """

    /// The block again and again, between assignments to variables that each occur once.
    static func generated(megabytes: Int) -> String {
        let body = block.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
        var text = "orders = []\ntoday = 20\n"
        var number = 0
        while text.utf8.count < megabytes * 1_000_000 {
            text +=
                "if number == \(number) {\n\(body)\n}\nresult_\(number) = {number: \(number), text: \"part \(number)\"}\n"
            number += 1
        }
        return "number = -1\n" + text
    }
}

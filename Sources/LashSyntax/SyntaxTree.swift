/// A node of a `SyntaxTree`.
public struct NodeID: Hashable, Sendable {
    /// Position in the tree's arrays.
    public let index: UInt32

    init(_ index: Int) { self.index = UInt32(truncatingIfNeeded: index) }

    @inlinable init(raw: UInt32) { self.index = raw }
}

/// A name in the text: an identifier, or a key that may also be a keyword or a string literal.
public struct Name: Hashable, Sendable {
    /// The token that spells it.
    public let token: UInt32

    @inlinable init(token: UInt32) { self.token = token }
}

/// A parsed program.
///
/// The tree is flat: a token is a kind, an offset and a symbol (12 bytes), a node is a kind, its main token and two
/// operands (16 bytes); child lists lie in `extra`. Children precede their parents except in chains of prefix operators
/// and of `else if`.
/// `tree[node]` gives a node as a `Syntax` value to switch over. Nothing here recurses, whatever the depth of the tree.
public struct SyntaxTree: Sendable {
    /// One object, so that a copy costs one reference.
    @usableFromInline final class Storage: Sendable {
        @usableFromInline let tables: SyntaxTables

        init(_ tables: SyntaxTables) { self.tables = tables }
    }

    @usableFromInline let storage: Storage

    init(_ tables: SyntaxTables) { storage = Storage(tables) }

    /// The text that was parsed.
    public var source: SourceText { storage.tables.source }
    /// The top-level statements as one `.block` node.
    public var main: NodeID { storage.tables.main }
    /// `type`, `process` and `fn` declarations in source order; they have no position relative to the statements.
    public var declarations: [NodeID] { storage.tables.declarations }

    @inlinable var tokenTable: [Token] { storage.tables.tokenTable }
    var symbols: SymbolTable { storage.tables.symbols }
    @inlinable var nodeTable: [Node] { storage.tables.nodeTable }
    @inlinable var extra: [UInt32] { storage.tables.extra }
}

/// The arrays of a tree, which the parser fills.
@usableFromInline struct SyntaxTables: Sendable {
    let source: SourceText
    @usableFromInline var tokenTable: [Token]
    var symbols: SymbolTable
    @usableFromInline var nodeTable: [Node] = []
    @usableFromInline var extra: [UInt32] = []
    var main = NodeID(raw: 0)
    var declarations: [NodeID] = []

    init(source: SourceText, tokens: [Token], symbols: SymbolTable) {
        self.source = source
        tokenTable = tokens
        self.symbols = symbols
    }
}

/// A token as the tree keeps it.
@usableFromInline struct Token: Sendable {
    /// Where it begins.
    var start: UInt32
    /// The symbol of a word, or of a string that is a key or the name of a signal; `noSymbol` for all other tokens.
    @usableFromInline var symbol: UInt32
    var kind: TokenKind

    /// What no symbol can be.
    static let noSymbol = UInt32.max
}

/// A node as the tree keeps it.
@usableFromInline package struct Node: Sendable {
    /// What kind of node it is.
    @usableFromInline package internal(set) var kind: NodeKind
    @usableFromInline var main: UInt32
    @usableFromInline var left: UInt32
    @usableFromInline var right: UInt32
}

/// What kind of node it is, and what its main token `m` and operands `l`, `r` hold.
///
/// *list* is a position in `extra` where a count, the closing token, and then the members stand, or `Parser.none` for an
/// empty list. *extra* is a position in `extra` with the words in parentheses. An absent token is `Parser.none`.
@usableFromInline package enum NodeKind: UInt8, Sendable {
    case null, `true`, `false`  // m
    case number  // m; l, r: the lower and the upper half of the value
    case string, variable  // m
    case tuple  // m: first token; l: list (closing token: the trailing comma, or the `)` of `()`; else none)
    case list  // m: `[`; l: list
    case comprehension  // m: `[`; l: list of clauses; r: element
    case forClause  // m: binding; l: iterable
    case ifClause  // m: `if`; l: condition
    case record  // m: `{`; l: list of (key token, value) pairs, counted as two members each
    case field  // m: key; l: target
    case index  // m: `[`; l: target; r: extra (index, closing token)
    case call  // m: name; l: list
    case receiverCall  // m: operation; l: list; r: receiver
    case start  // m: `start`; l: list of (key token, value) pairs; r: process name token
    case negate, not, await  // m: operator; l: operand
    case unwrap  // m: `?`; l: operand
    case binary  // m: operator; l, r: operands
    case conditional  // m: `?`; l: condition; r: extra (then, otherwise)
    case sleepFor, sleepUntil  // m: `sleep`; l: operand
    case waitSignal  // m: `wait_signal`; l: name token; r: closing token
    case signalRun  // m: `signal_run`; l: extra (run, name token, payload, closing token)
    case typeLiteral  // m: `Type`; l: type
    case block  // m: `{`; l: list. The program: `l` is none, r: list
    case labeled  // m: `@`; l: statement; r: extra (title token, description token, last token where at top level)
    case assign  // m: root; l: list of steps; r: value
    case letAssign  // as `assign`; the token before the root is `let`
    case fieldStep  // m: key
    case indexStep  // m: `[`; l: index; r: closing token
    case ifStatement  // m: `if`; l: condition; r: extra (then, otherwise + 1 or 0)
    case forLoop  // m: `for`; l: extra (binding token, iterable); r: body
    case whileLoop  // m: `while`; l: condition; r: body
    case breakLoop, continueLoop  // m
    case cancel, print, finish, yield, wake, fail  // m; l: operand
    case scalarType  // m: the word, or `null`
    case enumType  // m: `enum`, or the string of a singleton; l: list of string tokens
    case listType  // m: `list`; l: item; r: closing token
    case objectType  // m: `{` or `Type`; l: list of fields
    case typeField  // m: key; l: type; r: 1 where optional
    case namedType  // m: first segment; l: last segment token
    case processType  // m: `Process`; l: input; r: extra (output, closing token)
    case triggerHandleType  // m: `TriggerHandle`; l: event; r: closing token
    case unionType  // m: first token; l: list
    case typeDeclaration  // m: name; l: type
    case processDeclaration
    // m: name; r: body; l: extra (parameters: list, signals: list, return type + 1 or 0, title token, description token,
    // first token)
    case parameter  // m: name; l: type (also of signals)
    case functionDeclaration  // m: name; r: body; l: extra (parameters: list, return type, first token)
    case returnStatement  // m: `return`; l: operand + 1 or 0
    case invalid  // m: where the parser gave up; stands for what could not be read
}

/// A node as a value to switch over.
public enum Syntax: Sendable {
    /// `null`
    case null
    /// `true`, `false`
    case boolean(Bool)
    /// A number literal.
    case number(Double)
    /// A string literal, escapes resolved.
    case string(String)
    /// A bare name.
    case variable(Name)
    /// `(a, b)`, `a, b`
    case tuple(NodeList)
    /// `[a, b]`
    case list(NodeList)
    /// `[element for x in xs if c]`; each clause is a `.forClause` or an `.ifClause`.
    case comprehension(element: NodeID, clauses: NodeList)
    /// `for x in xs` inside a comprehension.
    case forClause(binding: Name, iterable: NodeID)
    /// `if c` inside a comprehension.
    case ifClause(condition: NodeID)
    /// `{a: 1}`; duplicate keys are kept.
    case record(EntryList)
    /// `target.name`
    case field(target: NodeID, name: Name)
    /// `target[index]`
    case index(target: NodeID, index: NodeID)
    /// `name(arguments)`: a builtin or a host function.
    case call(name: Name, arguments: NodeList)
    /// `receiver.operation(arguments)`
    case receiverCall(receiver: NodeID, operation: Name, arguments: NodeList)
    /// `start process(a: 1)`
    case start(process: Name, arguments: EntryList)
    /// `-x`
    case negate(NodeID)
    /// `not x`, `!x`
    case not(NodeID)
    /// `await x`
    case await(NodeID)
    /// `x?`
    case unwrap(NodeID)
    /// `a + b` and the like.
    case binary(BinaryOperator, NodeID, NodeID)
    /// `c ? a : b`
    case conditional(condition: NodeID, then: NodeID, otherwise: NodeID)
    /// `sleep for x`
    case sleepFor(NodeID)
    /// `sleep until x`
    case sleepUntil(NodeID)
    /// `wait_signal("name")`
    case waitSignal(name: Name)
    /// `signal_run(run, "name", payload)`
    case signalRun(run: NodeID, name: Name, payload: NodeID)
    /// `Type { … }`; the operand is a type node.
    case typeLiteral(NodeID)
    /// `{ … }` after a head, or the whole program.
    case block(NodeList)
    /// `@label(title: "t") statement`
    case labeled(Label, NodeID)
    /// `root.a[0] = value`; each step is a `.fieldStep` or an `.indexStep`.
    case assign(root: Name, steps: NodeList, value: NodeID)
    /// `.name` in an assignment target.
    case fieldStep(Name)
    /// `[index]` in an assignment target.
    case indexStep(NodeID)
    /// `if c { … } else …`; `otherwise` is a block, another `.ifStatement`, or absent.
    case ifStatement(condition: NodeID, then: NodeID, otherwise: NodeID?)
    /// `for x in xs { … }`
    case forLoop(binding: Name, iterable: NodeID, body: NodeID)
    /// `while c { … }`
    case whileLoop(condition: NodeID, body: NodeID)
    /// `break`
    case breakLoop
    /// `continue`
    case continueLoop
    /// `cancel x`
    case cancel(NodeID)
    /// `print x`
    case print(NodeID)
    /// `finish x`
    case finish(NodeID)
    /// `yield x`
    case yield(NodeID)
    /// `wake x`
    case wake(NodeID)
    /// `fail x`
    case fail(NodeID)
    /// `str int float bool dict any null`
    case scalarType(ScalarType)
    /// `enum["a", "b"]`, `"a"`
    case enumType(NameList)
    /// `list[T]`
    case listType(NodeID)
    /// `{ a: T }`; each member is a `.typeField`.
    case objectType(NodeList)
    /// A field of an object type.
    case typeField(name: Name, type: NodeID, optional: Bool)
    /// A declared or host type by its dotted name.
    case namedType(String)
    /// `Process<I, O>`
    case processType(input: NodeID, output: NodeID)
    /// `TriggerHandle<E>`
    case triggerHandleType(NodeID)
    /// `A | B`
    case unionType(NodeList)
    /// `type N = T`
    case typeDeclaration(name: Name, type: NodeID)
    /// `process p(a: T) { … }`
    case processDeclaration(ProcessDeclaration)
    /// `fn f(a: T) -> U { … }`
    case functionDeclaration(FunctionDeclaration)
    /// A parameter of a function or a process, or a signal.
    case parameter(name: Name, type: NodeID)
    /// `return x`, in functions only; without a value where the block ends.
    case returnStatement(NodeID?)
    /// What could not be parsed; an error stands for it.
    case invalid
}

/// A process declaration.
public struct ProcessDeclaration: Sendable {
    /// Its name.
    public var name: Name
    /// `.parameter` nodes.
    public var parameters: NodeList
    /// `.parameter` nodes; empty where there is no `signals` clause.
    public var signals: NodeList
    /// The declared return type.
    public var returnType: NodeID?
    /// The label before it.
    public var label: Label?
    /// A `.block`.
    public var body: NodeID
}

/// A function declaration.
public struct FunctionDeclaration: Sendable {
    /// Its name.
    public var name: Name
    /// `.parameter` nodes.
    public var parameters: NodeList
    /// The declared return type.
    public var returnType: NodeID
    /// A `.block`.
    public var body: NodeID
}

/// `@label(title: "…", description: "…")`
public struct Label: Hashable, Sendable {
    /// A string token.
    public var title: Name
    /// A string token.
    public var description: Name?
}

/// The scalar types by their canonical spelling.
public enum ScalarType: String, Hashable, Sendable, CaseIterable {
    /// Any value.
    case any
    /// Text.
    case str
    /// A number without a fraction.
    case int
    /// A number.
    case float
    /// `true` or `false`.
    case bool
    /// Any record.
    case dict
    /// The null value.
    case null
}

/// The binary operators; the raw value is the canonical spelling.
public enum BinaryOperator: String, Hashable, Sendable, CaseIterable {
    /// `+`
    case add = "+"
    /// `-`
    case subtract = "-"
    /// `*`
    case multiply = "*"
    /// `/`
    case divide = "/"
    /// `%`
    case modulo = "%"
    /// `==`
    case equal = "=="
    /// `!=`
    case notEqual = "!="
    /// `<`
    case less = "<"
    /// `<=`
    case lessEqual = "<="
    /// `>`
    case greater = ">"
    /// `>=`
    case greaterEqual = ">="
    /// `and`, `&&`
    case and
    /// `or`, `||`
    case or
    /// `in`
    case `in`
    /// `not in`
    case notIn = "not in"
}

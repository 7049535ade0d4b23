import LashTestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

#if !canImport(Darwin)
/// A terminal with `lashlang` in it: keys go in, and what would be on the screen comes out.
///
/// Waiting for output ends when it is there, or when nothing came for so long that nothing will.
final class PseudoTerminal {
    private let master: Int32
    private var process = pid_t()
    /// Everything that was shown, without the sequences that move the cursor or colour.
    private(set) var screen = ""
    private var bytes: [UInt8] = []
    private var isStuck = false
    /// Where the next wait begins to look.
    private var seen = 0

    /// Milliseconds after which a silent program counts as stuck.
    private static let patience: Int32 = 60_000

    // What `unlockpt` and `ptsname` do on Linux; Swift does not see these functions.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430
    private static let ownSession: Int16 = 0x80

    /// Starts `lashlang` in a folder, which is its home too.
    init?(_ arguments: [String], in place: Workplace, columns: UInt16 = 80) {
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var number: Int32 = 0
        var isLocked: Int32 = 0
        guard master >= 0, ioctl(master, Self.setLock, &isLocked) == 0, ioctl(master, Self.getNumber, &number) == 0
        else { return nil }
        let name = "/dev/pts/\(number)"
        var size = winsize(ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard ioctl(master, UInt(TIOCSWINSZ), &size) == 0 else { return nil }
        // A session of its own: the first terminal that it opens is the one whose Ctrl-C it gets.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        // Whoever starts tests in the background has SIGINT ignored, and so would the program.
        var interrupt = sigset_t()
        sigemptyset(&interrupt)
        sigaddset(&interrupt, SIGINT)
        posix_spawnattr_setsigdefault(&attributes, &interrupt)
        let flags = Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | Self.ownSession
        posix_spawnattr_setflags(&attributes, flags)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        posix_spawn_file_actions_addclose(&actions, master)
        let command = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", place.path, CommandLineRun.binary] + arguments
        var argv = command.map { strdup($0) } + [nil]
        let environment = [
            "PATH=/usr/bin:/bin", "HOME=\(place.path)", "LC_ALL=C.UTF-8", "TERM=xterm", "NO_COLOR=1",
        ]
        var envp = environment.map { strdup($0) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        guard posix_spawn(&process, "/bin/sh", &actions, &attributes, &argv, &envp) == 0 else { return nil }
    }

    deinit {
        // Whoever still reads has lost the terminal.
        close(master)
        if process > 0 {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
    }

    /// Presses keys, once the program waits for them key by key: what comes before that may be taken for a whole line, and
    /// its Ctrl-D for the end of that.
    func type(_ keys: String) {
        waitForRawMode()
        send(keys)
    }

    /// Presses keys while a program runs.
    func send(_ keys: String) {
        let bytes = Array(keys.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
            if count <= 0, errno != EINTR { return }
            written += max(0, count)
        }
    }

    private func waitForRawMode() {
        var mode = termios()
        for _ in 0..<Self.patience {
            if tcgetattr(master, &mode) == 0, mode.c_lflag & UInt32(ICANON) == 0 { return }
            usleep(1000)
        }
    }

    /// Waits until a text is shown behind what the last wait has found; gives whether it came.
    func shows(_ text: String) -> Bool {
        while true {
            let rest = screen.utf8.dropFirst(seen)
            if let range = String(decoding: rest, as: UTF8.self).range(ofText: text) {
                seen += range
                return true
            }
            if !read() { return false }
        }
    }

    /// Waits for the end; gives the exit status, or `nil` if it does not come.
    func end() -> Int32? {
        while read() {}
        if isStuck { return nil }
        // The terminal is closed a moment before the process can be waited for.
        defer { process = 0 }
        return ChildProcess.end(of: process)
    }

    /// Reads what there is; false at the end, or when nothing comes.
    private func read() -> Bool {
        var request = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, Self.patience) > 0 else {
            isStuck = true
            return false
        }
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = readBytes(master, &chunk, chunk.count)
        guard count > 0 else { return false }
        bytes += chunk[..<count]
        screen = Self.plain(bytes)
        return true
    }

    /// The text without escape sequences and carriage returns.
    private static func plain(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == 0x1B {
                guard position < bytes.count, bytes[position] == UInt8(ascii: "[") else {
                    position += 1
                    continue
                }
                position += 1
                while position < bytes.count, !(0x40...0x7E).contains(bytes[position]) { position += 1 }
                position += 1
            } else if byte != UInt8(ascii: "\r"), byte != 0x07 {
                text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

// The name is shadowed inside `PseudoTerminal`.
private func readBytes(_ file: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(file, buffer, count)
}

extension String {
    /// The number of bytes up to the end of the first place where a text stands.
    fileprivate func range(ofText text: String) -> Int? {
        let all = Array(utf8)
        let wanted = Array(text.utf8)
        guard wanted.count <= all.count else { return nil }
        for start in 0...(all.count - wanted.count) where all[start..<start + wanted.count].elementsEqual(wanted) {
            return start + wanted.count
        }
        return nil
    }
}
#endif

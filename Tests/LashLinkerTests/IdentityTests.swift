import LashSyntax
import Testing

@testable import LashLinker

@Suite struct IdentityTests {
    private func hash(_ text: String) -> String {
        var hash = SHA256()
        hash.update(text.utf8)
        return hash.hexadecimal()
    }

    @Test func `SHA-256 gives the standard's values`() {
        #expect(hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        )
        #expect(
            hash(String(repeating: "a", count: 1_000_000))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        )
    }

    @Test func `Module, requirements and process have the references that lash gives them`() {
        let empty = linked("").program.identity
        #expect(
            empty.module == "lashlang:v1:sha256:da501bd15ffba2186c2c9c80df64a66edbb787d3ff74d7c5f23bf2dafe328211"
        )
        #expect(
            empty.requirements
                == "lashlang-host-requirements:v1:sha256:d31dab2679f8b7b753e2da085f8ba42cd2825135c964329e7fe458b1efdcfc75"
        )
        #expect(empty.processes.isEmpty)
        let process = linked("process p() {}").program.identity
        #expect(
            process.module == "lashlang:v1:sha256:6d9f040e82024bb4347abaa083ca5dc5ad95218795530a9862acd051cbe34992"
        )
        #expect(
            process.requirements
                == "lashlang-host-requirements:v1:sha256:b7de58dee5ff4fc9ec52ab3f75befc20765f61f334c81fbdb50320f505557296"
        )
        #expect(
            process.process(named: "p")?.key
                == "2f05464c380840674ca6e72b3ca6d60695945b93d631bc284630f29f9278e703:0"
        )
    }
}

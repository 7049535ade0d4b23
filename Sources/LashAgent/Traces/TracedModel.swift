/// A model whose answers a turn's recorder sees before the turn does.
struct TracedModel: LanguageModel {
    let base: any LanguageModel
    let recorder: TurnRecorder

    var name: String { base.name }

    func stream(_ request: ModelRequest) -> ModelStream {
        let (base, recorder) = (base, recorder)
        return ModelStream { (writer) throws(ModelError) in
            await recorder.callBegan(request)
            let stream = base.stream(request)
            defer { stream.cancel() }
            do throws(ModelError) {
                for try await event in stream {
                    recorder.callBrought(event, request)
                    writer.write(event)
                }
            } catch {
                await recorder.callFailed(error, request)
                throw error
            }
        }
    }
}

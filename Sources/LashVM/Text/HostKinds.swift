/// The places of an image's parts.
enum ImagePart: Int, CaseIterable {
    case id, mime, label, size, width, height

    var name: StaticString {
        switch self {
        case .id: "id"
        case .mime: "mime"
        case .label: "label"
        case .size: "size"
        case .width: "width"
        case .height: "height"
        }
    }

    /// What programs can read; the media type is not among it.
    static func readable(_ name: TextView) -> ImagePart? {
        for part in allCases where part != .mime && name.equals(part.name) { return part }
        return nil
    }
}

extension TextView {
    func equals(_ text: StaticString) -> Bool {
        equals(TextView(start: text.utf8Start, count: text.utf8CodeUnitCount, isASCII: true))
    }
}

// Images and module authorities as text: objects with fixed keys.
extension ValueWriter {
    mutating func writeImage(_ image: Object, _ style: TextStyle) throws(Failure) {
        let parts = image.elements
        switch style {
        case .notation:
            out.append("Image(")
            for part in ImagePart.allCases {
                let value = parts[part.rawValue]
                if part != .id { out.append(UInt8(ascii: ",")) }
                switch part {
                case .id, .mime, .label:
                    let text = TextView(parts + part.rawValue)
                    out.append(text.start, text.count)
                case .size: out.append(number: value.number)
                case .width, .height:
                    out.append(value.isNull ? "None" : "Some(")
                    if !value.isNull {
                        out.append(number: value.number)
                        out.append(UInt8(ascii: ")"))
                    }
                }
            }
            out.append(UInt8(ascii: ")"))
        case .print:
            writeEntries(
                [("type", nil), part(.id), part(.mime), part(.label), part(.size), part(.width), part(.height)],
                image
            )
        default:
            writeEntries(
                [part(.height), part(.id), part(.mime), part(.label), part(.size), ("type", nil), part(.width)],
                image
            )
        }
    }

    private func part(_ part: ImagePart) -> (StaticString, Int?) { (part.name, part.rawValue) }

    /// Entries of an object: a part of the image, or its type.
    private mutating func writeEntries(_ entries: [(StaticString, Int?)], _ image: Object) {
        for (index, (name, part)) in entries.enumerated() {
            out.append(index == 0 ? "{\"" : ",\"")
            out.append(name)
            out.append("\":")
            guard let part else {
                out.append("\"image\"")
                continue
            }
            let value = image.elements[part]
            if value.isString {
                out.append(quoted: TextView(image.elements + part))
            } else if value.isNumber {
                out.append(jsonNumber: value.number)
            } else {
                out.append("null")
            }
        }
        out.append(UInt8(ascii: "}"))
    }

    mutating func writeResource(_ resource: Object, _ style: TextStyle) throws(Failure) {
        let type = TextView(resource.elements), alias = TextView(resource.elements + 1)
        if style == .notation {
            out.append("Resource(")
            out.append(type.start, type.count)
            out.append(UInt8(ascii: ","))
            out.append(alias.start, alias.count)
            out.append(UInt8(ascii: ")"))
            return
        }
        out.append(style == .print ? "{\"resource_type\":" : "{\"__resource__\":true,\"type\":")
        out.append(quoted: type)
        out.append(",\"alias\":")
        out.append(quoted: alias)
        out.append(UInt8(ascii: "}"))
    }
}

// Programs never see a projection as text: it is read first. Hosts that show variables do.
extension ValueWriter {
    /// The name of a projection and what it is.
    mutating func writeProjection(_ object: Object, _ style: TextStyle, _ isNested: Bool) {
        let text = "<\(object.projectionPath): \(object.descriptor.summary)>"
        if style == .plain || style == .notation || style == .print && !isNested {
            out.append(text)
        } else {
            out.append(JSONText.quoted(text))
        }
    }
}

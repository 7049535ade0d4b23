" Syntax of lashlang, made by `lashlang grammar vim`.
if exists('b:current_syntax') | finish | endif
syntax case match
syntax keyword lashStatement if else for in while break continue finish fail return
syntax keyword lashEffect await start cancel print yield wake sleep until wait_signal signal_run
syntax keyword lashDeclaration process fn type let signals
syntax keyword lashOperatorWord and or not
syntax keyword lashConstant true false null
syntax keyword lashType str string int integer float number bool boolean dict object any list enum Process TriggerHandle Type
syntax match lashBuiltin '\v<(len|empty|keys|values|trim|to_string|to_int|to_float|json_parse|contains|find|grep_text|starts_with|ends_with|split|join|validate|ceil_div|floor_div|push|slice|range|format|sort|sort_by|sum|min|max|replace|lower|upper|unique|reverse)>\ze\s*\('
syntax match lashLabel '@label\>'
syntax match lashNumber '\v<(0[xX][0-9A-Fa-f_]+|0[bB][01_]+|\d[0-9_]*(\.\d[0-9_]*)?([eE][-+]?\d+)?)'
syntax match lashOperator '\v[-+*/%<>=!?|]|\&\&'
syntax match lashMember '\v\.\s*[A-Za-z_]\w*'hs=s+1
syntax match lashKey '\v<[A-Za-z_]\w*\ze\s*:'
syntax match lashEscape '\\.' contained
syntax region lashString start='"' skip='\\.' end='"' contains=lashEscape
syntax region lashString start="'" skip='\\.' end="'" contains=lashEscape
syntax region lashString start='"""' skip='\\.' end='"""' contains=lashEscape
syntax region lashString start="'''" skip='\\.' end="'''" contains=lashEscape
syntax region lashRaw start='\<[rR]"' end='"'
syntax region lashRaw start="\<[rR]'" end="'"
syntax region lashRaw start='\<[rR]"""' end='"""'
syntax region lashRaw start="\<[rR]'''" end="'''"
syntax match lashComment '#.*$' contains=@Spell
syntax match lashComment '//.*$' contains=@Spell
" Strings may have many lines.
syntax sync fromstart
highlight default link lashStatement Statement
highlight default link lashEffect Keyword
highlight default link lashDeclaration Structure
highlight default link lashOperatorWord Operator
highlight default link lashConstant Constant
highlight default link lashType Type
highlight default link lashBuiltin Function
highlight default link lashLabel PreProc
highlight default link lashNumber Number
highlight default link lashOperator Operator
highlight default link lashMember Identifier
highlight default link lashKey Identifier
highlight default link lashEscape SpecialChar
highlight default link lashString String
highlight default link lashRaw String
highlight default link lashComment Comment
let b:current_syntax = 'lashlang'

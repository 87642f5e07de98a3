// The builder's words. English is the key; Korean is written beside it.
const KOREAN: Record<string, string> = {
  Above: "위",
  "Add a step": "단계 추가",
  "Around it": "주변",
  Below: "아래",
  Build: "만들기",
  "Changed elsewhere": "다른 곳에서 변경됨",
  "Dim the page and block it": "화면을 어둡게 하고 막기",
  "Dim the page around the element": "요소 주변을 어둡게 하기",
  "Do the task in the page: each click and each filled field becomes a step.":
    "화면에서 작업을 해 보세요. 누른 곳과 채운 칸이 하나씩 단계가 돼요.",
  "Finish building": "만들기 마치기",
  "End the guide": "가이드 끝내기",
  "Goes on when": "다음으로 넘어가는 때",
  "If the element does not appear": "요소가 나타나지 않으면",
  "Found by its likeness only. Changed since it was picked: {signals}. Look whether the right one is shown.":
    "닮은 것으로만 찾았어요. 고른 뒤에 바뀐 것: {signals}. 맞는 요소가 보이는지 확인해 주세요.",
  "In the middle of the screen": "화면 가운데",
  "Keep mine": "내 것으로 두기",
  Left: "왼쪽",
  "Move to the other side": "반대쪽으로 옮기기",
  "Move “{name}” down": "“{name}” 아래로 옮기기",
  "Move “{name}” up": "“{name}” 위로 옮기기",
  "No connection. Your work is kept in this tab and sent when it is back.":
    "연결이 끊겼어요. 작업은 이 탭에 남아 있고, 다시 연결되면 보내요.",
  "No element: stands in the middle of the screen.": "요소 없음: 화면 가운데에 서요.",
  "Not saved": "저장 안 됨",
  "Nothing: the page stays as it is": "없음: 화면은 그대로",
  "On {on} (set in the CMS)": "{on} (CMS에서 정함)",
  "Open its page": "그 화면 열기",
  Page: "화면 주소",
  "Pick an element": "요소 고르기",
  "Pick an element: arrows walk, Tab jumps, Enter takes, Escape gives up":
    "요소 고르기: 화살표로 이동, Tab으로 건너뛰기, Enter로 선택, Esc로 그만두기",
  "Pick another element": "다른 요소 고르기",
  "Play from here": "여기부터 재생",
  "Point at nothing": "요소 없애기",
  Record: "녹화",
  Redo: "다시 하기",
  "Relies on its {signals}: would be lost if that changed. {tried} signals kept in all.":
    "{signals}에 기대고 있어요. 그것이 바뀌면 찾지 못해요. 기억한 단서는 모두 {tried}개예요.",
  "Remember it as it is now": "지금 모습으로 기억하기",
  "Remove “{name}”": "“{name}” 지우기",
  Right: "오른쪽",
  Saved: "저장됨",
  "Saving…": "저장 중…",
  "Show it in the middle": "가운데에 보여 주기",
  "Skip this step": "이 단계 건너뛰기",
  "Someone else changed the same place of this draft: {fields}.": "다른 사람이 같은 곳을 바꿨어요: {fields}.",
  Stands: "서는 곳",
  Steps: "단계",
  "Stop recording": "녹화 멈추기",
  "Take theirs": "상대 것으로 바꾸기",
  Text: "본문",
  "The draft can't be played yet: the server answered {status}.": "아직 재생할 수 없어요: 서버 응답 {status}.",
  "The reader clicks the element": "요소를 누르면",
  "The reader fills the element in": "요소를 채우면",
  "The reader presses Next": "‘다음’을 누르면",
  "This builder session has ended. Open it again from the CMS; your work is kept in this tab.":
    "이 작업 시간이 끝났어요. CMS에서 다시 열어 주세요. 작업은 이 탭에 남아 있어요.",
  "This step": "이 단계",
  Title: "제목",
  Undo: "되돌리기",
  "What is remembered of it": "기억한 단서",
  "Wherever there is room": "자리가 있는 곳",
  "Will be found again even if any one of its {tried} signals changes.":
    "단서 {tried}개 가운데 하나가 바뀌어도 다시 찾을 수 있어요.",
  "Will be found only as long as its one signal stays the same. Give it a test id or a name.":
    "단서가 하나뿐이라 그것이 그대로일 때만 찾을 수 있어요. 테스트 ID나 이름을 붙여 주세요.",
  "A gradient or a picture lies behind it: the page's ground was not taken.":
    "뒤에 그러데이션이나 그림이 있어서 바탕색은 가져오지 않았어요.",
  "A theme has no word for its {value}.": "테마에 담을 수 없는 것: {value}",
  "A theme's shadow is none, small or large: {value} comes nearest.":
    "테마의 그림자는 없음, 작게, 크게뿐이라 가장 가까운 ‘{value}’로 했어요.",
  Accent: "강조색",
  Border: "테두리",
  Cancel: "그만두기",
  Contrast: "대비",
  "Corner radius": "모서리 둥글기",
  "Dark is the widget's own.": "어두운 화면은 위젯의 기본 색 그대로예요.",
  "Dark stays as the theme has it.": "어두운 화면은 테마에 있던 그대로 둬요.",
  "Dark was derived from it: look at it in the theme editor.":
    "어두운 화면의 색은 여기서 만들어 냈어요. 테마 편집기에서 확인해 주세요.",
  "Focus ring": "초점 고리",
  Font: "글꼴",
  Ground: "바탕",
  "It has no fill that stands out: its text's colour became the accent.":
    "눈에 띄는 채움이 없어서 글자색을 강조색으로 썼어요.",
  "Its corners are rounder than a theme's: 32 px instead of {value}.":
    "모서리가 테마의 한계보다 둥글어서 {value} 대신 32 px로 했어요.",
  "Its corners differ: the first was taken, of {value}.": "모서리마다 달라서 첫 번째 값 {value}를 썼어요.",
  "Its fill is a gradient: a theme holds one colour, so no accent was taken.":
    "채움이 그러데이션이에요. 테마는 한 가지 색만 담으므로 강조색은 가져오지 않았어요.",
  "Its fill is a picture: a theme holds one colour, so no accent was taken.":
    "채움이 그림이에요. 테마는 한 가지 색만 담으므로 강조색은 가져오지 않았어요.",
  "Its list of fonts is too long for a theme.": "글꼴 목록이 테마에 담기에는 너무 길어요.",
  "Its text size of {value} is not between 10 and 24 px.": "글자 크기 {value}는 10~24 px 사이가 아니에요.",
  "Keep it as": "저장할 곳",
  "Kept as a draft of the theme “{name}”: it reaches people with the next release.":
    "“{name}” 테마의 초안으로 저장했어요. 다음 릴리스부터 사람들에게 보여요.",
  "Light is the widget's own.": "밝은 화면은 위젯의 기본 색 그대로예요.",
  "Light stays as the theme has it.": "밝은 화면은 테마에 있던 그대로 둬요.",
  "Light was derived from it: look at it in the theme editor.":
    "밝은 화면의 색은 여기서 만들어 냈어요. 테마 편집기에서 확인해 주세요.",
  "Like {name}": "{name} 모양",
  "Look like this…": "이것처럼 꾸미기…",
  "Look like {name}": "{name}처럼 꾸미기",
  "Name of the new theme": "새 테마 이름",
  "No connection. Nothing was kept; try again when it is back.":
    "연결이 끊겨 저장하지 못했어요. 다시 연결되면 한 번 더 해 주세요.",
  "Not carried over as it is": "그대로 옮기지 못한 것",
  "Open it in the theme editor": "테마 편집기에서 열기",
  "Quiet text": "옅은 글자",
  "Read as dark: that is what the page shows now.": "어두운 화면의 색으로 읽었어요. 지금 화면이 그래요.",
  "Read as light: that is what the page shows now.": "밝은 화면의 색으로 읽었어요. 지금 화면이 그래요.",
  "Save the theme": "테마 저장",
  Shadow: "그림자",
  "Somebody else changed this theme meanwhile. Look at it as it is now, and save again.":
    "그사이 다른 사람이 이 테마를 바꿨어요. 지금 모습을 보고 다시 저장해 주세요.",
  "Text colour": "글자색",
  "Text on accent": "강조색 위 글자",
  "Text size": "글자 크기",
  "The colour of its fill could not be read.": "채움 색을 읽지 못했어요.",
  "The colour of its text could not be read.": "글자색을 읽지 못했어요.",
  "The colour of the page's text could not be read.": "화면의 글자색을 읽지 못했어요.",
  "Use {colour} for {token}": "{token}에 {colour} 쓰기",
  "a new theme, worn by this guide": "이 가이드가 쓸 새 테마",
  "changes to “{name}”, for every guide that wears it": "“{name}” 테마 바꾸기 (이 테마를 쓰는 모든 가이드)",
  derived: "만들어 냄",
  large: "크게",
  none: "없음",
  small: "작게",
  "{one} on {other}: {ratio}": "{other} 위 {one}: {ratio}",
  "{one} on {other}: {ratio}, hard to read. It needs {least}.":
    "{other} 위 {one}: {ratio}, 읽기 어려워요. {least} 이상이어야 해요.",
  "Add an item": "항목 추가",
  "New item": "새 항목",
  "New step": "새 단계",
  "Open the editor": "편집기 열기",
  "What ticks this item, its buttons and the list's title are set in the editor.":
    "이 항목이 체크되는 조건, 버튼, 목록 제목은 편집기에서 정해요.",
  "an item of the list": "목록의 항목",
  centred: "가운데",
  "found by its likeness only": "닮은 것으로만 찾음",
  "found here": "여기 있음",
  "not found here": "여기 없음",
  "on another page": "다른 화면",
  "**bold**, *italics*, [link](https://…), lists": "**굵게**, *기울임*, [링크](https://…), 목록",
};

const isKorean = (): boolean => navigator.language.toLowerCase().startsWith("ko");

/** Say it in the author's language; `{name}` stands for a value. */
export function say(english: string, values: Record<string, string | number> = {}): string {
  const text = isKorean() ? (KOREAN[english] ?? english) : english;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

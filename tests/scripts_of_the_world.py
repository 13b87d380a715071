"""Plain sentences in twenty-four scripts, written for the tests, with the words that stand in them told apart by hand."""

from __future__ import annotations

import random
from typing import Final

SPACED: Final = {
    "Latin": "the boats wait under the bridge while the rain falls on the river and nobody counts them",
    "Latin, Vietnamese": "buổi sáng mẹ uống trà cạnh cửa sổ và đọc sách cho bé nghe tiếng mưa rơi trên mái nhà",
    "Latin, Yoruba": "ọmọ náà ń ka ìwé ní àárọ̀ ẹ̀gbọ́n rẹ̀ sì ń ṣe oúnjẹ fún àwọn ará ilé",
    "Greek": "το πρωί η μητέρα πίνει τσάι δίπλα στο παράθυρο και διαβάζει ένα βιβλίο για τη θάλασσα",
    "Cyrillic": "утром мы пьём чай у окна и слушаем дождь а мой брат читает книгу о реке",
    "Armenian": "առավոտյան մայրս թեյ է խմում պատուհանի մոտ և գիրք է կարդում ծովի մասին",
    "Georgian": "დილით დედა ჩაის სვამს ფანჯარასთან და წიგნს კითხულობს ზღვაზე",
    "Hebrew": "בַּבֹּקֶר אִמָּא שׁוֹתָה תֵּה לְיַד הַחַלּוֹן וְקוֹרֵאת סֵפֶר עַל הַיָּם",
    "Arabic": "فِي الصَّبَاحِ تَشْرَبُ أُمِّي الشَّايَ قُرْبَ النَّافِذَةِ وَتَقْرَأُ كِتَابًا عَنِ الْبَحْرِ",
    "Persian": "مادرم صبح‌ها کنار پنجره چای می‌نوشد و کتاب می‌خواند و ما به باران گوش می‌دهیم",
    "Syriac": "ܒܨܦܪܐ ܐܡܝ ܫܬܝܐ ܡܝ̈ܐ ܥܠ ܓܢܒ ܬܪܥܐ ܘܩܪܝܐ ܟܬܒ̈ܐ",
    "Devanagari": "सुबह मेरी माँ खिड़की के पास चाय पीती हैं और नदी के किनारे बच्चों को क़िताब पढ़कर सुनाती हैं",
    "Bengali": "সকালে মা জানালার পাশে চা খান আর নদীর ধারে বড় ভাই বই পড়ে শোনায়",
    "Gurmukhi": "ਸਵੇਰੇ ਮਾਂ ਖਿੜਕੀ ਕੋਲ ਚਾਹ ਪੀਂਦੀ ਹੈ ਅਤੇ ਬੱਚਿਆਂ ਨੂੰ ਕਿਤਾਬ ਪੜ੍ਹ ਕੇ ਸੁਣਾਉਂਦੀ ਹੈ",
    "Gujarati": "સવારે મા બારી પાસે ચા પીએ છે અને બાળકોને નદી વિશે ચોપડી વાંચી સંભળાવે છે",
    "Odia": "ସକାଳେ ମା ଝରକା ପାଖରେ ଚା ପିଅନ୍ତି ଓ ବଡ଼ ଭାଇ ବହି ପଢ଼େ",
    "Tamil": "காலையில் அம்மா ஜன்னல் அருகே தேநீர் குடித்து நதியைப் பற்றிய புத்தகம் படிக்கிறார் பொழுது போகிறது",
    "Telugu": "ఉదయం అమ్మ కిటికీ దగ్గర టీ తాగుతూ నది గురించి పుస్తకం చదువుతుంది",
    "Kannada": "ಬೆಳಿಗ್ಗೆ ಅಮ್ಮ ಕಿಟಕಿಯ ಬಳಿ ಚಹಾ ಕುಡಿದು ನದಿಯ ಬಗ್ಗೆ ಪುಸ್ತಕ ಓದುತ್ತಾಳೆ ಕೋಗಿಲೆ ಹಾಡುತ್ತದೆ",
    "Malayalam": "രാവിലെ അമ്മ ജനാലയ്ക്കരികിൽ ചായ കുടിച്ച് പുഴയെക്കുറിച്ചുള്ള പുസ്തകം വായിക്കുന്നു അവന്‍ കൊയ്യുന്നു",
    "Sinhala": "උදේ අම්මා ජනේලය ළඟ තේ බොමින් ගඟ ගැන පොතක් කියවයි ශ්‍රී ලංකාව",
    "Ethiopic": "ጠዋት እናቴ በመስኮቱ አጠገብ ሻይ ትጠጣለች ስለ ወንዙም መጽሐፍ ታነባለች",
    "Hangul": "아침에 어머니는 창가에서 차를 마시고 우리는 비 오는 소리를 들으며 강가에서 책을 읽는다",
    "N'Ko": "ߒ ߓߊ߬ ߦߋ߫ ߖߌ ߡߌ߲߬ ߠߊ߫ ߛߐ߰ߡߊ߬ߘߊ߫",
}
"""Words of scripts that set them apart by spaces, the marks among them typed as people type them."""

UNSPACED: Final = {
    "Han": ("秋天", "妈妈", "在车站", "讲故事", "周一", "弟弟", "在河边", "吹口哨", "冬天", "我", "在窗前", "看书", "朋友", "唱歌"),
    "Kana and Han": ("朝は", "母が", "窓辺で", "お茶を", "飲みます", "弟は", "川で", "本を", "読んで", "雨の", "音を", "聞きます"),
    "Thai": ("ตอนเช้า", "แม่", "ดื่ม", "ชา", "ข้าง", "หน้าต่าง", "น้อง", "อ่าน", "หนังสือ", "ริม", "แม่น้ำ", "ฟัง", "เสียง", "ฝน"),
    "Lao": ("ຕອນເຊົ້າ", "ແມ່", "ດື່ມ", "ຊາ", "ຢູ່", "ຂ້າງ", "ປ່ອງຢ້ຽມ", "ນ້ອງ", "ອ່ານ", "ປຶ້ມ", "ແຄມ", "ແມ່ນ້ຳ"),
    "Khmer": ("ព្រឹក", "ម្តាយ", "ផឹក", "តែ", "ក្បែរ", "បង្អួច", "ប្អូន", "អាន", "សៀវភៅ", "មាត់", "ទន្លេ", "ស្តាប់", "ភ្លៀង"),
    "Burmese": ("မနက်", "အမေ", "လက်ဖက်ရည်", "သောက်", "ပြတင်းပေါက်", "ညီလေး", "စာအုပ်", "ဖတ်", "မြစ်", "ကမ်း", "မိုး", "နားထောင်"),
}
"""Words of scripts that write them without a space."""


def spaced(script: str, words: int = 900) -> str:
    """A text of a script's words in any order, with a full stop or a comma behind some."""
    chance = random.Random(script)
    return " ".join(chance.choice(SPACED[script].split()) + chance.choice(["", "", "", "", ".", ","]) for _ in range(words))


def unspaced(script: str, clauses: int = 450) -> str:
    """Clauses of a script's words in any order, without a space within."""
    chance = random.Random(script)
    return " ".join("".join(chance.choices(UNSPACED[script], k=6)) for _ in range(clauses))

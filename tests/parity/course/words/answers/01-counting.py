# %% right: a Counter is a dict too cell="count-words"
def count_words(text):
    return Counter(words_of(text))


# %% right: by hand cell="count-words"
def count_words(text):
    counts = {}
    for word in words_of(text):
        counts[word] = counts.get(word, 0) + 1
    return counts


# %% right: setdefault, with a helper inside cell="count-words"
def count_words(text: str) -> dict[str, int]:
    def add(counts, word):
        counts.setdefault(word, 0)
        counts[word] += 1
        return counts

    from functools import reduce

    return reduce(add, words_of(text), {})


# %% wrong: splits at blanks cell="count-words"
def count_words(text):
    return dict(Counter(text.lower().split()))


# %% wrong: pairs, no dict cell="count-words"
def count_words(text):
    return Counter(words_of(text)).most_common()


# %% wrong: prints it cell="count-words"
def count_words(text):
    print(Counter(words_of(text)))


# %% wrong: forgets small letters cell="count-words"
def count_words(text):
    return {word: text.split().count(word) for word in text.split()}


# %% wrong: one state for all calls cell="count-words"
def count_words(text, counts={}):
    for word in words_of(text):
        counts[word] = counts.get(word, 0) + 1
    return counts


# %% right: a loop cell="longest-word"
def longest_word(text):
    best = None
    for word in words_of(text):
        if best is None or len(word) > len(best):
            best = word
    return best


# %% right: sorted is stable cell="longest-word"
longest_word = lambda text: (sorted(words_of(text), key=len, reverse=True) or [None])[0]


# %% wrong: the last of them cell="longest-word"
def longest_word(text):
    best = ""
    for word in words_of(text):
        if len(word) >= len(best):
            best = word
    return best


# %% wrong: an empty text for nothing cell="longest-word"
def longest_word(text):
    return max(words_of(text), key=len, default="")


# %% wrong: stops at nothing cell="longest-word"
def longest_word(text):
    return max(words_of(text), key=len)


# %% wrong: says why on stderr cell="longest-word"
import sys


def longest_word(text):
    words = words_of(text)
    if not words:
        print("no words", file=sys.stderr)
        return None
    return max(words, key=len)


# %% right: a comprehension cell="vocabulary"
def vocabulary(texts):
    return {word for text in texts for word in words_of(text)}


# %% right: frozen cell="vocabulary"
def vocabulary(texts):
    return frozenset(word for text in texts for word in words_of(text))


# %% wrong: a list with doubles cell="vocabulary"
def vocabulary(texts):
    return [word for text in texts for word in words_of(text)]


# %% wrong: letters cell="vocabulary"
def vocabulary(texts):
    return set("".join(texts))


# %% wrong: the keys of a dict are no set, but nearly cell="vocabulary"
def vocabulary(texts):
    return dict.fromkeys(word for text in texts for word in words_of(text)).keys()


# %% right: from both ends cell="palindrome"
def is_palindrome(text):
    letters = "".join(filter(str.isalpha, text.lower()))
    return all(a == b for a, b in zip(letters, reversed(letters)))


# %% right: recursion cell="palindrome"
def is_palindrome(text):
    text = "".join(c for c in text.casefold() if c.isalpha())
    return len(text) < 2 or (text[0] == text[-1] and is_palindrome(text[1:-1]))


# %% wrong: blanks count cell="palindrome"
def is_palindrome(text):
    return text.lower() == text.lower()[::-1]


# %% wrong: one for true cell="palindrome"
def is_palindrome(text):
    letters = [c for c in text.lower() if c.isalpha()]
    return int(letters == letters[::-1])


# %% wrong: the letters, or nothing cell="palindrome"
def is_palindrome(text):
    letters = [c for c in text.lower() if c.isalpha()]
    return letters and letters == letters[::-1]

"""The letters are in the learner's own order, so each answer looks its letters up."""

# %% right: by what the addresses begin with
letters = {text: letter for letter, text in options.items()}
decisions = []
for address in reports:
    if address.startswith(("2410:", "2620:4f:8000:", "2001:4:112:")):
        decisions.append(letters[DROPPED])
    elif address.startswith(("3fff:", "2001:db8:")):
        decisions.append(letters[EXAMPLE])
    elif address.startswith(("2002:", "2001:0:")):
        decisions.append(letters[NOBODY])
    else:
        decisions.append(letters[INSIDE])

# %% right: letter by letter
order = [options[letter] for letter in "abcd"]
decisions = ["abcd"[order.index(text)] for text in (DROPPED, INSIDE, DROPPED, EXAMPLE, NOBODY)]

# %% wrong: whatever is in the registry must not cross
# points=[0, 2, 1] hint="how-far-may-it-go" met="visible"
letters = {text: letter for letter, text in options.items()}
decisions = [letters[text] for text in (DROPPED, INSIDE, INSIDE, EXAMPLE, NOBODY)]

# %% wrong: a block that one does not know is nobody's
# points=[0, 2, 1] hint="may-a-host-have-it" met="visible"
letters = {text: letter for letter, text in options.items()}
decisions = [letters[text] for text in (EXAMPLE, INSIDE, DROPPED, EXAMPLE, NOBODY)]

# %% wrong: documentation is a kind of private space
# points=[2, 0, 1] hint="how-far-may-it-go" met="visible"
letters = {text: letter for letter, text in options.items()}
decisions = [letters[text] for text in (DROPPED, INSIDE, DROPPED, INSIDE, NOBODY)]

# %% wrong: N/A is no
# points=[2, 2, 0] hint="how-far-may-it-go" met="visible"
letters = {text: letter for letter, text in options.items()}
decisions = [letters[text] for text in (DROPPED, INSIDE, DROPPED, EXAMPLE, INSIDE)]

# %% wrong: N/A is yes
# points=[2, 2, 0] hint="may-it-cross" met="visible"
letters = {text: letter for letter, text in options.items()}
decisions = [letters[text] for text in (DROPPED, INSIDE, DROPPED, EXAMPLE, DROPPED)]

# %% wrong: whoever filters is always wrong
# points=[2, 0, 0] hint="may-it-cross" met="visible"
letters = {text: letter for letter, text in options.items()}
decisions = [letters[DROPPED]] * 5

# %% wrong: it is always left to the operators
# points=[0, 0, 1] hint="registry-does-answer" met="visible"
letters = {text: letter for letter, text in options.items()}
decisions = [letters[NOBODY]] * 5

# %% wrong: pressed the button before choosing
# points=[0, 0, 0] hint="nothing-chosen" met="visible"
decisions = ["", "", "", "", ""]

# %% wrong: the answers as one text
# points=[0, 0, 0] hint="five-decisions" met="visible"
decisions = "none"
